using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace VisionMonitor.Migrations.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class Explanations : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "drift_explanations",
                columns: table => new
                {
                    run_id = table.Column<long>(type: "bigint", nullable: false),
                    camera = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    project_id = table.Column<long>(type: "bigint", nullable: false),
                    state = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    progress = table.Column<double>(type: "double precision", nullable: false),
                    content = table.Column<string>(type: "text", nullable: true),
                    failure = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: true),
                    requested_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    moved_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_drift_explanations", x => new { x.run_id, x.camera });
                    table.ForeignKey(
                        name: "fk_drift_explanations_runs_run_id",
                        column: x => x.run_id,
                        principalTable: "runs",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "label_requests",
                columns: table => new
                {
                    image_id = table.Column<long>(type: "bigint", nullable: false),
                    project_id = table.Column<long>(type: "bigint", nullable: false),
                    inclusion_probability = table.Column<double>(type: "double precision", nullable: false),
                    value = table.Column<double>(type: "double precision", nullable: false),
                    ordinal = table.Column<int>(type: "integer", nullable: false),
                    requested_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_label_requests", x => x.image_id);
                    table.ForeignKey(
                        name: "fk_label_requests_images_image_id",
                        column: x => x.image_id,
                        principalTable: "images",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "quality_estimates",
                columns: table => new
                {
                    run_id = table.Column<long>(type: "bigint", nullable: false),
                    model_version_id = table.Column<long>(type: "bigint", nullable: false),
                    metric = table.Column<string>(type: "character varying(48)", maxLength: 48, nullable: false),
                    value = table.Column<double>(type: "double precision", nullable: false),
                    low = table.Column<double>(type: "double precision", nullable: false),
                    high = table.Column<double>(type: "double precision", nullable: false),
                    count = table.Column<long>(type: "bigint", nullable: false),
                    reference_count = table.Column<long>(type: "bigint", nullable: false),
                    distrust = table.Column<string>(type: "character varying(300)", maxLength: 300, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_quality_estimates", x => new { x.run_id, x.model_version_id, x.metric });
                    table.ForeignKey(
                        name: "fk_quality_estimates_runs_run_id",
                        column: x => x.run_id,
                        principalTable: "runs",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_drift_explanations_project_id_state",
                table: "drift_explanations",
                columns: new[] { "project_id", "state" });

            migrationBuilder.CreateIndex(
                name: "ix_label_requests_project_id_requested_at",
                table: "label_requests",
                columns: new[] { "project_id", "requested_at" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "drift_explanations");

            migrationBuilder.DropTable(
                name: "label_requests");

            migrationBuilder.DropTable(
                name: "quality_estimates");
        }
    }
}
