namespace VisionMonitor.Certificate;

/// <summary>Where the checks of a certificate write what they compared.</summary>
internal sealed class ParityLedger
{
    private readonly List<Account> _accounts = [];

    public IReadOnlyList<ParityLine> Lines => [.. _accounts.Select(a => new ParityLine(a.Metric, a.Tool, a.Cases.Count, a.Numbers, a.Largest, a.Tolerance, a.Worst))];

    /// <summary>Opens the account of one metric and tool, or goes on with it.</summary>
    public Account Of(string metric, string tool, double tolerance = 1e-12)
    {
        Account? account = _accounts.Find(a => a.Metric == metric && a.Tool == tool);
        if (account is null)
        {
            account = new Account(metric, tool, tolerance);
            _accounts.Add(account);
        }

        return account;
    }

    internal sealed class Account(string metric, string tool, double tolerance)
    {
        public string Metric => metric;

        public string Tool => tool;

        public double Tolerance => tolerance;

        public HashSet<string> Cases { get; } = [];

        public long Numbers { get; private set; }

        public double Largest { get; private set; }

        public string Worst { get; private set; } = "";

        /// <summary>Compares two numbers; null and NaN are "undefined".</summary>
        public void Add(string caseName, double? ours, double? theirs)
        {
            bool isOurs = ours is { } a && !double.IsNaN(a), isTheirs = theirs is { } b && !double.IsNaN(b);
            Enter(caseName, (isOurs, isTheirs) switch
            {
                (true, true) => ours == theirs ? 0 : Math.Abs(ours!.Value - theirs!.Value) / Math.Max(1, Math.Abs(theirs.Value)),
                (false, false) => 0,
                _ => double.PositiveInfinity,
            });
        }

        /// <summary>Compares what is equal or not, such as a hash.</summary>
        public void AddEqual(string caseName, bool isEqual) => Enter(caseName, isEqual ? 0 : double.PositiveInfinity);

        private void Enter(string caseName, double difference)
        {
            Cases.Add(caseName);
            Numbers++;
            if (difference > Largest)
            {
                (Largest, Worst) = (difference, caseName);
            }
        }
    }
}
