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
/// where none was asked. The parts sum to the meter's total, but for what runs that have not ended are yet to be charged with.
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
    private double _divided;
    private int _underWay;
    private int? _gramsPerKWh;

    /// <summary>Charges what is used from here on with another intensity.</summary>
    /// <param name="gramsPerKWh">Grams of CO2-equivalent per kilowatt-hour; null when nobody knows.</param>
    public void SetIntensity(int? gramsPerKWh)
    {
        lock (_gate)
        {
            // What the start used, before the first intensity could be read, is charged with that one.
            if (_gramsPerKWh is not null && _gramsPerKWh != gramsPerKWh)
            {
                Divide(time.GetTimestamp());
            }

            _gramsPerKWh = gramsPerKWh;
        }
    }

    /// <summary>A variant is asked; the use ends when it is disposed.</summary>
    public Use Start(string model, string variant)
    {
        lock (_gate)
        {
            if (_underWay == 0 && time.GetTimestamp() is var now && time.GetElapsedTime(_readAt, now) >= Spacing)
            {
                // What an idle server used is no variant's.
                Divide(now);
            }

            _underWay++;
            return new Use(this, Find((model, variant)));
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

    private void Add(Account account, TimeSpan ran)
    {
        lock (_gate)
        {
            account.Ran += ran;
        }
    }

    private void End()
    {
        lock (_gate)
        {
            _underWay--;
            if (time.GetTimestamp() is var now && time.GetElapsedTime(_readAt, now) >= Spacing)
            {
                Divide(now);
            }
        }
    }

    private EnergyUse Divide(long now)
    {
        var use = meter.Read();
        _readAt = now;
        var ran = _accounts.Values.Aggregate(TimeSpan.Zero, (sum, account) => sum + account.Ran);
        if (ran == TimeSpan.Zero && _underWay > 0)
        {
            // Whoever is at work is charged when it ends.
            return use;
        }

        var joules = Math.Max(0, use.Joules - _divided);
        _divided = Math.Max(_divided, use.Joules);
        if (ran == TimeSpan.Zero)
        {
            Charge(Find(Nobody), joules);
        }

        foreach (var account in _accounts.Values.Where(account => account.Ran > TimeSpan.Zero))
        {
            Charge(account, joules * (account.Ran / ran));
            account.Ran = TimeSpan.Zero;
        }

        return use;
    }

    private void Charge(Account account, double joules)
    {
        account.Joules += joules;
        if (_gramsPerKWh is { } intensity)
        {
            account.Grams = (account.Grams ?? 0) + (joules / JoulesPerKilowattHour * intensity);
        }
    }

    private Account Find((string Model, string Variant) key)
    {
        if (!_accounts.TryGetValue(key, out var account))
        {
            _accounts[key] = account = new Account();
        }

        return account;
    }

    /// <summary>The use of a variant by one request.</summary>
    internal readonly struct Use(VariantEnergy energy, Account account) : IDisposable
    {
        /// <summary>It ran for a time, which a request that shares a run has its part of.</summary>
        public void Ran(TimeSpan elapsed) => energy.Add(account, elapsed);

        /// <summary>Ends the use.</summary>
        public void Dispose() => energy.End();
    }

    /// <summary>What is known of one variant.</summary>
    internal sealed class Account
    {
        public TimeSpan Ran { get; set; }

        public double Joules { get; set; }

        public double? Grams { get; set; }
    }
}
