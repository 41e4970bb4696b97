using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace VisionMonitor.Migrations.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class DriftSketches : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<double>(
                name: "false_alarms_per30days",
                table: "drift_checks",
                type: "REAL",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "drift_sketches",
                columns: table => new
                {
                    run_id = table.Column<long>(type: "INTEGER", nullable: false),
                    shard_number = table.Column<int>(type: "INTEGER", nullable: false),
                    model_version_id = table.Column<long>(type: "INTEGER", nullable: false),
                    hour = table.Column<long>(type: "INTEGER", nullable: false),
                    camera = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    class_index = table.Column<int>(type: "INTEGER", nullable: false),
                    image_count = table.Column<int>(type: "INTEGER", nullable: false),
                    fingerprint = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    sketch = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_drift_sketches", x => new { x.run_id, x.shard_number, x.model_version_id, x.hour, x.camera, x.class_index });
                    table.ForeignKey(
                        name: "fk_drift_sketches_runs_run_id",
                        column: x => x.run_id,
                        principalTable: "runs",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_drift_sketches_model_version_id_hour",
                table: "drift_sketches",
                columns: new[] { "model_version_id", "hour" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "drift_sketches");

            migrationBuilder.DropColumn(
                name: "false_alarms_per30days",
                table: "drift_checks");
        }
    }
}
