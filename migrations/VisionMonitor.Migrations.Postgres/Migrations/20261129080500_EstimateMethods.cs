using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace VisionMonitor.Migrations.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class EstimateMethods : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropPrimaryKey(
                name: "pk_quality_estimates",
                table: "quality_estimates");

            migrationBuilder.AddColumn<string>(
                name: "method",
                table: "quality_estimates",
                type: "character varying(24)",
                maxLength: 24,
                nullable: false,
                defaultValue: "confidence");

            migrationBuilder.AddPrimaryKey(
                name: "pk_quality_estimates",
                table: "quality_estimates",
                columns: new[] { "run_id", "model_version_id", "metric", "method" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("DELETE FROM quality_estimates WHERE method <> 'confidence'");

            migrationBuilder.DropPrimaryKey(
                name: "pk_quality_estimates",
                table: "quality_estimates");

            migrationBuilder.DropColumn(
                name: "method",
                table: "quality_estimates");

            migrationBuilder.AddPrimaryKey(
                name: "pk_quality_estimates",
                table: "quality_estimates",
                columns: new[] { "run_id", "model_version_id", "metric" });
        }
    }
}
