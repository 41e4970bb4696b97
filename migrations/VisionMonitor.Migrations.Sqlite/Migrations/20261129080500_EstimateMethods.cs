using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace VisionMonitor.Migrations.Sqlite.Migrations
{
    /// <summary>
    /// Written by hand: SQLite cannot change a primary key, and the rebuild that EF does instead switches foreign keys off, which no
    /// transaction can hold: stopped in its midst, it would leave half a migration. Nothing refers to this table, so it is copied with them on.
    /// </summary>
    public partial class EstimateMethods : Migration
    {
        private const string Columns = "run_id, model_version_id, metric, count, distrust, high, low, reference_count, value";

        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.RenameTable(name: "quality_estimates", newName: "quality_estimates_before");

            migrationBuilder.CreateTable(
                name: "quality_estimates",
                columns: table => new
                {
                    run_id = table.Column<long>(type: "INTEGER", nullable: false),
                    model_version_id = table.Column<long>(type: "INTEGER", nullable: false),
                    metric = table.Column<string>(type: "TEXT", maxLength: 48, nullable: false),
                    method = table.Column<string>(type: "TEXT", maxLength: 24, nullable: false),
                    count = table.Column<long>(type: "INTEGER", nullable: false),
                    distrust = table.Column<string>(type: "TEXT", maxLength: 300, nullable: true),
                    high = table.Column<double>(type: "REAL", nullable: false),
                    low = table.Column<double>(type: "REAL", nullable: false),
                    reference_count = table.Column<long>(type: "INTEGER", nullable: false),
                    value = table.Column<double>(type: "REAL", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_quality_estimates", x => new { x.run_id, x.model_version_id, x.metric, x.method });
                    table.ForeignKey(
                        name: "fk_quality_estimates_runs_run_id",
                        column: x => x.run_id,
                        principalTable: "runs",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.Sql($"INSERT INTO quality_estimates ({Columns}, method) SELECT {Columns}, 'confidence' FROM quality_estimates_before");

            migrationBuilder.DropTable(name: "quality_estimates_before");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.RenameTable(name: "quality_estimates", newName: "quality_estimates_before");

            migrationBuilder.CreateTable(
                name: "quality_estimates",
                columns: table => new
                {
                    run_id = table.Column<long>(type: "INTEGER", nullable: false),
                    model_version_id = table.Column<long>(type: "INTEGER", nullable: false),
                    metric = table.Column<string>(type: "TEXT", maxLength: 48, nullable: false),
                    value = table.Column<double>(type: "REAL", nullable: false),
                    low = table.Column<double>(type: "REAL", nullable: false),
                    high = table.Column<double>(type: "REAL", nullable: false),
                    count = table.Column<long>(type: "INTEGER", nullable: false),
                    reference_count = table.Column<long>(type: "INTEGER", nullable: false),
                    distrust = table.Column<string>(type: "TEXT", maxLength: 300, nullable: true)
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

            migrationBuilder.Sql($"INSERT INTO quality_estimates ({Columns}) SELECT {Columns} FROM quality_estimates_before WHERE method = 'confidence'");

            migrationBuilder.DropTable(name: "quality_estimates_before");
        }
    }
}
