using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace VisionMonitor.Migrations.Sqlite.Migrations
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
                type: "TEXT",
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
