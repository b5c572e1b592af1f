using GreenOps.Artifacts;
using GreenOps.Contract;

namespace GreenOps.Server.Telemetry;

/// <summary>Energy and emissions that a variant is charged with.</summary>
/// <param name="Model">The model; empty for what was used while nothing ran.</param>
/// <param name="Variant">The variant; empty for what was used while nothing ran.</param>
/// <param name="Joules">Energy.</param>
/// <param name="Grams">Emissions, in grams of CO2-equivalent; null until an intensity was known.</param>
internal sealed record VariantCharge(string Model, string Variant, double Joules, double? Grams);

/// <summary>
/// Divides the process's energy among the variants. The meter is read at most twice a second while there is work, and at
/// every scrape; what was used between two readings is divided by the time that variants ran in it, and belongs to none
/// where none ran. The parts sum to the meter's total.
/// </summary>
/// <param name="meter">The process's meter.</param>
/// <param name="time">The clock.</param>
internal sealed class VariantEnergy(IEnergyMeter meter, TimeProvider time)
{
    private const double JoulesPerKilowattHour = 3_600_000;

    private static readonly TimeSpan Spacing = TimeSpan.FromMilliseconds(500);
    private static readonly (string Model, string Variant) Nobody = ("", "");

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Model, string Variant), Account> _accounts = [];
    private long _readAt = time.GetTimestamp();
    private double _read;
    private int _running;
    private int? _gramsPerKWh;

    /// <summary>Charges what is used from here on with another intensity.</summary>
    /// <param name="gramsPerKWh">Grams of CO2-equivalent per kilowatt-hour; null when nobody knows.</param>
    public void SetIntensity(int? gramsPerKWh)
    {
        lock (_gate)
        {
            if (_gramsPerKWh != gramsPerKWh)
            {
                Divide(time.GetTimestamp());
                _gramsPerKWh = gramsPerKWh;
            }
        }
    }

    /// <summary>A variant runs, until the answer is disposed.</summary>
    public Run Start(string model, string variant)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            if (_running == 0 && time.GetElapsedTime(_readAt, now) >= Spacing)
            {
                // What an idle server used is no variant's.
                Divide(now);
            }

            var account = Find((model, variant));
            account.Advance(now, time);
            account.Running++;
            _running++;
            return new Run(this, account);
        }
    }

    /// <summary>The process's total, and its parts.</summary>
    public (EnergyUse Total, IReadOnlyList<VariantCharge> Parts) Read()
    {
        lock (_gate)
        {
            var total = Divide(time.GetTimestamp());
            return (total, [.. _accounts.Select(entry => new VariantCharge(entry.Key.Model, entry.Key.Variant, entry.Value.Joules, entry.Value.Grams))]);
        }
    }

    private void End(Account account)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            account.Advance(now, time);
            account.Running--;
            _running--;
            if (time.GetElapsedTime(_readAt, now) >= Spacing)
            {
                Divide(now);
            }
        }
    }

    private EnergyUse Divide(long now)
    {
        var use = meter.Read();
        var joules = Math.Max(0, use.Joules - _read);
        (_read, _readAt) = (Math.Max(_read, use.Joules), now);
        var ran = TimeSpan.Zero;
        foreach (var account in _accounts.Values)
        {
            account.Advance(now, time);
            ran += account.Ran;
        }

        if (ran == TimeSpan.Zero)
        {
            Find(Nobody).Charge(joules, Grams(joules));
        }

        foreach (var account in _accounts.Values.Where(account => account.Ran > TimeSpan.Zero))
        {
            var part = joules * (account.Ran / ran);
            account.Charge(part, Grams(part));
            account.Ran = TimeSpan.Zero;
        }

        return use;
    }

    private double? Grams(double joules) => joules / JoulesPerKilowattHour * _gramsPerKWh;

    private Account Find((string Model, string Variant) key)
    {
        if (!_accounts.TryGetValue(key, out var account))
        {
            _accounts[key] = account = new Account();
        }

        return account;
    }

    /// <summary>A run of a variant.</summary>
    internal readonly struct Run(VariantEnergy energy, Account account) : IDisposable
    {
        /// <summary>Ends the run.</summary>
        public void Dispose() => energy.End(account);
    }

    /// <summary>What is known of one variant.</summary>
    internal sealed class Account
    {
        private long _advancedAt;

        public int Running { get; set; }

        public TimeSpan Ran { get; set; }

        public double Joules { get; private set; }

        public double? Grams { get; private set; }

        /// <summary>Adds the time since the last look of every run that is under way.</summary>
        public void Advance(long now, TimeProvider time)
        {
            Ran += Running * time.GetElapsedTime(_advancedAt, now);
            _advancedAt = now;
        }

        public void Charge(double joules, double? grams)
        {
            Joules += joules;
            Grams = grams is null ? Grams : (Grams ?? 0) + grams;
        }
    }
}
