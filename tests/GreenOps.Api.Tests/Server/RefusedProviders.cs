namespace GreenOps.Api.Tests.Server;

/// <summary>Zones whose provider cannot be asked, or would be misunderstood.</summary>
public static class RefusedProviders
{
    private const string Germany = "germany";
    private const string California = "california-north-marginal";
    private const string Wales = "south-wales";
    private const string Sdk = "west-europe";
    private const string Exported = "exported-grid";

    public static TheoryData<string, string, string> Rows { get; } = new()
    {
        { Germany, "spec: { signal: Marginal }", "provider.electricityMaps gives averages only: leave signal out or set it to Average, or take provider.wattTime for Marginal" },
        { Germany, "spec: { pollIntervalSeconds: 59 }", "pollIntervalSeconds must be at least 60 with a provider's public service" },
        { Germany, "spec: { provider: { electricityMaps: { zone: germany } } }", "electricityMaps.zone must be a zone's key at Electricity Maps, such as DE or US-CAL-CISO" },
        { Germany, "spec: { provider: { electricityMaps: { zone: DE- } } }", "electricityMaps.zone must be a zone's key" },
        { Germany, "spec: { provider: { electricityMaps: { token: abc } } }", "unknown field \"spec.provider.electricityMaps.token\"" },
        { Germany, "spec: { provider: { electricityMaps: { tokenSecretRef: null } } }", "spec.provider.electricityMaps.tokenSecretRef: Required value" },
        { Germany, "spec: { provider: { electricityMaps: { tokenSecretRef: { key: null } } } }", "spec.provider.electricityMaps.tokenSecretRef.key: Required value" },
        { Germany, "spec: { provider: { electricityMaps: { tokenSecretRef: { namespace: null } } } }", "spec.provider.electricityMaps.tokenSecretRef.namespace: Required value" },
        { Germany, "spec: { provider: { electricityMaps: { tokenSecretRef: { name: My_Secret } } } }", "the name of a Secret must be a name" },
        { Germany, "spec: { provider: { electricityMaps: { tokenSecretRef: { namespace: my.space } } } }", "the namespace of a Secret must be a name" },
        { Germany, "spec: { provider: { electricityMaps: { tokenSecretRef: { key: 'a b' } } } }", "the key of a Secret must hold only letters, digits, '-', '_' and '.'" },
        { Germany, "spec: { provider: { electricityMaps: { emissionFactors: Total } } }", "supported values: \"Lifecycle\", \"Direct\"" },
        { Germany, "spec: { provider: { electricityMaps: { baseUrl: 'api.electricitymaps.com' } } }", "electricityMaps.baseUrl must be http://host or https://host" },
        { Germany, "spec: { provider: { electricityMaps: { baseUrl: 'https://me:secret@api.electricitymaps.com' } } }", "hold no user name, query or fragment: credentials go into a Secret" },
        { Germany, "spec: { provider: { electricityMaps: { baseUrl: 'https://api.electricitymaps.com/v3?token=abc' } } }", "hold no user name, query or fragment: credentials go into a Secret" },
        { California, "spec: { signal: Average }", "co2_moer is marginal and needs signal: Marginal, co2_aoer is an average and needs signal: Average" },
        { California, "spec: { provider: { wattTime: { signalType: co2_aoer } } }", "provider.wattTime.signalType and signal must agree" },
        { California, "spec: { provider: { wattTime: { signalType: health_damage } } }", "supported values: \"co2_moer\", \"co2_aoer\"" },
        { California, "spec: { provider: { wattTime: { region: 'caiso north' } } }", "wattTime.region must be a region's abbreviation at WattTime, such as CAISO_NORTH" },
        { California, "spec: { provider: { wattTime: { credentialsSecretRef: null } } }", "spec.provider.wattTime.credentialsSecretRef: Required value" },
        { California, "spec: { provider: { wattTime: { baseUrl: 'ftp://watttime' } } }", "wattTime.baseUrl must be http://host or https://host" },
        { California, "spec: { pollIntervalSeconds: 30 }", "pollIntervalSeconds must be at least 60 with a provider's public service" },
        { Wales, "spec: { signal: Marginal }", "provider.ukCarbonIntensity gives averages only" },
        { Wales, "spec: { provider: { ukCarbonIntensity: { regionId: 18 } } }", "regionId in body should be less than or equal to 17" },
        { Wales, "spec: { provider: { ukCarbonIntensity: { postcode: RG10 } } }", "set only one of ukCarbonIntensity.regionId and ukCarbonIntensity.postcode" },
        { Wales, "spec: { provider: { ukCarbonIntensity: { regionId: null, postcode: rg10 } } }", "ukCarbonIntensity.postcode must be the outward part of a postcode, such as RG10" },
        { Wales, "spec: { pollIntervalSeconds: 10 }", "pollIntervalSeconds must be at least 60 with a provider's public service" },
        { Wales, "spec: { provider: { static: { gramsPerKWh: 1, source: mine } } }", "set exactly one of: electricityMaps, wattTime, ukCarbonIntensity" },
        { Sdk, "spec: { provider: { carbonAwareSdk: { baseUrl: null } } }", "spec.provider.carbonAwareSdk.baseUrl: Required value" },
        { Sdk, "spec: { provider: { carbonAwareSdk: { location: '' } } }", "location in body should be at least 1 chars long" },
        { Sdk, "spec: { provider: { carbonAwareSdk: { baseUrl: 'http://' } } }", "carbonAwareSdk.baseUrl must be http://host or https://host" },
        { Exported, "spec: { provider: { prometheus: { unit: null } } }", "spec.provider.prometheus.unit: Required value" },
        { Exported, "spec: { provider: { prometheus: { unit: Percent } } }", "supported values: \"GramsPerKWh\", \"KilogramsPerMWh\", \"TonnesPerGWh\", \"KilogramsPerKWh\", \"PoundsPerMWh\"" },
        { Exported, "spec: { provider: { prometheus: { query: '' } } }", "query in body should be at least 1 chars long" },
        { Exported, "spec: { provider: { prometheus: { tokenSecretRef: { namespace: a, name: b, key: c }, basicAuthSecretRef: { namespace: a, name: b } } } }", "set only one of prometheus.tokenSecretRef and prometheus.basicAuthSecretRef" },
        { Exported, "spec: { provider: { prometheus: { baseUrl: 'http://me:secret@prometheus:9090' } } }", "prometheus.baseUrl must be http://host or https://host" },
    };
}
