using System.Text.Json;
using GreenOps.Contract;
using GreenOps.Server.Tests.Fixtures;
using Microsoft.Playwright;

namespace GreenOps.Server.Tests.Page;

/// <summary>The page in a real browser. GREENOPS_SCREENSHOTS names a folder for what it looked like.</summary>
public sealed class PageTests : IAsyncLifetime
{
    private const string Chromium = "/usr/bin/chromium";

    private readonly ServingFolder _folder = new();
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        var model = TestModels.Cnn().WithMetadata("greenops.class_names", JsonSerializer.Serialize(Enumerable.Range(0, 10).Select(index => $"thing {index}")));
        _folder.Store("train-1", model, Profile(0.912, 25));
        _folder.Store("slim-1", model, Profile(0.904, 12));
        _folder.Mount(ServingFolder.Document("1a2b3c4d5e", 342, new RoutedVariant("full", "train-1", 25), new RoutedVariant("slim", "slim-1", 75)));
        _server = await RunningServer.StartReadyAsync(_folder);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task A_person_sees_what_is_served_and_tries_an_image(ColorScheme scheme)
    {
        Assert.SkipUnless(File.Exists(Chromium), $"There is no browser at {Chromium}; install chromium.");
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Chromium, Args = ["--no-sandbox"] });
        var page = await browser.NewPageAsync(new() { ColorScheme = scheme, ViewportSize = new() { Width = 1100, Height = 1000 } });
        List<string> complaints = [];
        page.Console += (_, message) => complaints.AddRange(message.Type == "error" ? [message.Text] : []);
        page.PageError += (_, error) => complaints.Add(error);
        for (var request = 0; request < 20; request++)
        {
            await _server.InferAsync(Requests.Image());
        }

        await page.GotoAsync(_server.Client.BaseAddress!.ToString());
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("fashion");
        await Assertions.Expect(page.Locator("#mix")).ToHaveAttributeAsync("aria-label", "full 25 percent, slim 75 percent");
        var slim = page.Locator("#variants tbody tr").Nth(1).Locator("td");
        await Assertions.Expect(slim.Nth(0)).ToHaveTextAsync("slim");
        await Assertions.Expect(slim.Nth(2)).ToHaveTextAsync("90.4 %");
        await Assertions.Expect(slim.Nth(6)).ToHaveTextAsync("15");
        await Assertions.Expect(slim.Nth(8)).ToHaveTextAsync(new System.Text.RegularExpressions.Regex("(µs|ms|s)$"));
        await Assertions.Expect(page.Locator("#now")).ToContainTextAsync("emissions");

        await page.Locator("#file").SetInputFilesAsync(new FilePayload { Name = "half.bmp", MimeType = "image/bmp", Buffer = HalfWhite() });
        await Assertions.Expect(page.Locator("#request")).ToHaveValueAsync(new System.Text.RegularExpressions.Regex("\"shape\":\\[1,1,28,28\\],\"datatype\":\"FP32\",\"data\":\\[(1,){392}(0.2,){391}0.2\\]"));
        await page.Locator("#variant").SelectOptionAsync("full");
        await page.GetByRole(AriaRole.Button, new() { Name = "Infer" }).ClickAsync();
        await Assertions.Expect(page.Locator("#verdict")).ToHaveTextAsync(new System.Text.RegularExpressions.Regex(@"^thing \d, \d+\.\d %, by full in "));
        await Assertions.Expect(page.Locator("#classes tr")).ToHaveCountAsync(5);

        if (Environment.GetEnvironmentVariable("GREENOPS_SCREENSHOTS") is { Length: > 0 } folder)
        {
            await page.ScreenshotAsync(new() { Path = Path.Join(folder, $"page-{scheme}.png".ToLowerInvariant()), FullPage = true });
        }

        await page.Locator("#request").FillAsync("""{"inputs":[]}""");
        await page.GetByRole(AriaRole.Button, new() { Name = "Infer" }).ClickAsync();
        await Assertions.Expect(page.Locator("#verdict")).ToHaveTextAsync("Input 'image' is missing; the model takes 'image'.");

        // The refusal is the one thing that the browser may complain about: the page asks for nothing that its policy forbids.
        Assert.All(complaints, complaint => Assert.Contains("status of 400", complaint, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/", "text/html")]
    [InlineData("/page.css", "text/css")]
    [InlineData("/page.js", "text/javascript")]
    [InlineData("/icon.svg", "image/svg+xml")]
    public async Task Every_part_comes_from_the_server_under_a_strict_policy(string path, string mediaType)
    {
        using var response = await _server.Client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(mediaType, response.Content.Headers.ContentType?.MediaType);
        Assert.StartsWith("default-src 'none'; script-src 'self';", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain("https://", text, StringComparison.Ordinal);
        Assert.DoesNotContain("<style", text, StringComparison.Ordinal);
        Assert.DoesNotContain("innerHTML", text, StringComparison.Ordinal);
    }

    /// <summary>An image of 28 by 28, white above and dark below, as a bitmap file of 24 bits a pixel.</summary>
    private static byte[] HalfWhite()
    {
        const int side = 28, header = 54, pixels = side * side * 3;
        using var file = new MemoryStream();
        using var writer = new BinaryWriter(file);
        writer.Write("BM"u8);
        writer.Write(header + pixels);
        writer.Write(0);
        writer.Write(header);
        writer.Write(40);
        writer.Write(side);
        writer.Write(side);
        writer.Write((short)1);
        writer.Write((short)24);
        writer.Write(0);
        writer.Write(pixels);
        writer.Write(new byte[16]);
        for (var fromBelow = 0; fromBelow < pixels; fromBelow++)
        {
            writer.Write((byte)(fromBelow < pixels / 2 ? 51 : 255));
        }

        return file.ToArray();
    }

    private static VariantProfile Profile(double accuracy, double microseconds) => new()
    {
        Accuracy = accuracy,
        Examples = 1000,
        Bytes = 218_042,
        CompressedBytes = 200_000,
        LatencyP50Microseconds = microseconds,
        LatencyP99Microseconds = 2 * microseconds,
        ThroughputPerSecond = 30_000,
        MillijoulesPerInference = microseconds / 300,
        EnergySource = EnergySources.Model,
        Sparsity = 0,
    };
}
