using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace VisionMonitor.Migrations.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class RunFindings : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "findings",
                table: "runs",
                type: "text",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "findings",
                table: "runs");
        }
    }
}
