using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

namespace VisionMonitor.Monitoring.Storage;

/// <summary>
/// Many rows in few statements, written by key: the one seam for bulk writes. Both databases speak the same
/// <c>INSERT … ON CONFLICT</c>, so nothing here asks which of them it is. Uses the context's transaction if there is one.
/// </summary>
public static class BulkWrite
{
    private const int RowsPerStatement = 64;

    /// <summary>Adds the rows whose key is not there yet and leaves the others as they are.</summary>
    /// <returns>How many rows were added.</returns>
    public static Task<int> InsertNewAsync<T>(this MonitoringDbContext context, IReadOnlyList<T> rows, CancellationToken cancellationToken)
        where T : class =>
        WriteAsync(context, rows, replace: false, cancellationToken);

    /// <summary>Writes the rows: a key that is there is overwritten.</summary>
    /// <returns>How many rows were added or overwritten.</returns>
    public static Task<int> UpsertAsync<T>(this MonitoringDbContext context, IReadOnlyList<T> rows, CancellationToken cancellationToken)
        where T : class =>
        WriteAsync(context, rows, replace: true, cancellationToken);

    private static async Task<int> WriteAsync<T>(MonitoringDbContext context, IReadOnlyList<T> rows, bool replace, CancellationToken cancellationToken)
        where T : class
    {
        if (rows.Count == 0)
        {
            return 0;
        }

        Table table = new(context, typeof(T));
        DbConnection connection = context.Database.GetDbConnection();
        await context.Database.OpenConnectionAsync(cancellationToken);
        try
        {
            int written = 0;
            DbCommand? command = null;
            foreach (T[] chunk in rows.Chunk(RowsPerStatement))
            {
                if (command is null || command.Parameters.Count != chunk.Length * table.Columns.Length)
                {
                    command?.Dispose();
                    command = connection.CreateCommand();
                    command.Transaction = context.Database.CurrentTransaction?.GetDbTransaction();
                    command.CommandText = table.Statement(chunk.Length, replace);
                    table.AddParameters(command, chunk);
                }
                else
                {
                    table.SetParameters(command, chunk);
                }

                written += await command.ExecuteNonQueryAsync(cancellationToken);
            }

            command?.Dispose();
            return written;
        }
        finally
        {
            await context.Database.CloseConnectionAsync();
        }
    }

    private sealed class Table
    {
        private readonly string _name;
        private readonly string[] _keyColumns;
        private readonly ISqlGenerationHelper _sql;

        public Table(MonitoringDbContext context, Type type)
        {
            IEntityType entity = context.Model.FindEntityType(type) ?? throw new ArgumentException($"{type.Name} is no table.", nameof(type));
            _sql = context.GetService<ISqlGenerationHelper>();
            _name = _sql.DelimitIdentifier(entity.GetTableName()!);
            StoreObjectIdentifier store = StoreObjectIdentifier.Create(entity, StoreObjectType.Table)!.Value;
            Columns = [.. entity.GetProperties().Select(property => new Column(property, _sql.DelimitIdentifier(property.GetColumnName(store)!)))];
            _keyColumns = [.. Columns.Where(column => column.Property.IsPrimaryKey()).Select(column => column.Name)];
        }

        public Column[] Columns { get; }

        public string Statement(int rowCount, bool replace)
        {
            int parameter = 0;
            string Row() => $"({string.Join(',', Columns.Select(_ => _sql.GenerateParameterName($"p{parameter++}")))})";
            string values = string.Join(',', Enumerable.Range(0, rowCount).Select(_ => Row()));
            string conflict = replace
                ? $"({string.Join(',', _keyColumns)}) DO UPDATE SET {string.Join(',', Columns.Where(column => !column.Property.IsPrimaryKey()).Select(column => $"{column.Name}=excluded.{column.Name}"))}"
                : "DO NOTHING";
            return $"INSERT INTO {_name} ({string.Join(',', Columns.Select(column => column.Name))}) VALUES {values} ON CONFLICT {conflict}";
        }

        public void AddParameters<T>(DbCommand command, T[] rows)
        {
            int parameter = 0;
            foreach (T row in rows)
            {
                foreach (Column column in Columns)
                {
                    command.Parameters.Add(column.Mapping.CreateParameter(command, _sql.GenerateParameterName($"p{parameter++}"), column.ValueOf(row!), column.Property.IsNullable));
                }
            }
        }

        public void SetParameters<T>(DbCommand command, T[] rows)
        {
            int parameter = 0;
            foreach (T row in rows)
            {
                foreach (Column column in Columns)
                {
                    command.Parameters[parameter++].Value = column.StoredValueOf(row!);
                }
            }
        }
    }

    private sealed record Column(IProperty Property, string Name)
    {
        public RelationalTypeMapping Mapping { get; } = Property.GetRelationalTypeMapping();

        public object? ValueOf(object row) => Property.GetGetter().GetClrValue(row);

        public object StoredValueOf(object row) =>
            (Mapping.Converter is { } converter ? converter.ConvertToProvider(ValueOf(row)) : ValueOf(row)) ?? DBNull.Value;
    }
}
