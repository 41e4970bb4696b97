using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace VisionMonitor.Migrations.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class ProductionImages : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<bool>(
                name: "is_production",
                table: "images",
                type: "boolean",
                nullable: false,
                defaultValue: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "is_production",
                table: "images");
        }
    }
}
