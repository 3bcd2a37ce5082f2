using System.Data.Common;

namespace WebSo.Events.TestKit;

/// <summary>A dialect that, on request, fails to read deliveries for a reason other than damage.</summary>
internal sealed class FailingReadDialect(InboxDialect inner) : DelegatingDialect(inner)
{
    public bool Fails { get; set; }

    public override FailureKind Classify(Exception failure) => failure is Refusal ? FailureKind.Operation : base.Classify(failure);

    public override SqlSession CreateSession(DbConnection connection) => new Session(this, Inner.CreateSession(connection));

    private sealed class Session(FailingReadDialect dialect, SqlSession inner) : DelegatingSession(dialect, inner)
    {
        public override void ExecuteRows(SqlStatement statement, object?[] parameters, IReadOnlyList<object?[]> rows, Action<SqlRow>? read = null)
        {
            if (dialect.Fails && statement == LeaseSql.Read)
                throw new Refusal();
            base.ExecuteRows(statement, parameters, rows, read);
        }
    }

    private sealed class Refusal() : DbException("permission denied");
}
