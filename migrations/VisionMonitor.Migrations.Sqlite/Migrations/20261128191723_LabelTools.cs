using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace VisionMonitor.Migrations.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class LabelTools : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "sent_labels_id",
                table: "label_requests",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "label_tools",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    project_id = table.Column<long>(type: "INTEGER", nullable: false),
                    kind = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    protected_settings = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_label_tools", x => x.id);
                    table.ForeignKey(
                        name: "fk_label_tools_projects_project_id",
                        column: x => x.project_id,
                        principalTable: "projects",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "sent_labels",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    project_id = table.Column<long>(type: "INTEGER", nullable: false),
                    label_tool_id = table.Column<long>(type: "INTEGER", nullable: false),
                    state = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    remote_id = table.Column<string>(type: "TEXT", maxLength: 400, nullable: true),
                    image_count = table.Column<int>(type: "INTEGER", nullable: false),
                    mark = table.Column<string>(type: "TEXT", nullable: false),
                    attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    last_error = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true),
                    report = table.Column<string>(type: "TEXT", nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    sent_at = table.Column<long>(type: "INTEGER", nullable: true),
                    pulled_at = table.Column<long>(type: "INTEGER", nullable: true),
                    lease_until = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_sent_labels", x => x.id);
                    table.ForeignKey(
                        name: "fk_sent_labels_label_tools_label_tool_id",
                        column: x => x.label_tool_id,
                        principalTable: "label_tools",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_label_requests_sent_labels_id",
                table: "label_requests",
                column: "sent_labels_id");

            migrationBuilder.CreateIndex(
                name: "ix_label_tools_project_id_kind",
                table: "label_tools",
                columns: new[] { "project_id", "kind" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_sent_labels_label_tool_id",
                table: "sent_labels",
                column: "label_tool_id");

            migrationBuilder.CreateIndex(
                name: "ix_sent_labels_project_id_created_at",
                table: "sent_labels",
                columns: new[] { "project_id", "created_at" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "sent_labels");

            migrationBuilder.DropTable(
                name: "label_tools");

            migrationBuilder.DropIndex(
                name: "ix_label_requests_sent_labels_id",
                table: "label_requests");

            migrationBuilder.DropColumn(
                name: "sent_labels_id",
                table: "label_requests");
        }
    }
}
