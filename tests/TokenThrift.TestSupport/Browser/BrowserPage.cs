using System.Collections.Concurrent;
using System.Text.Json;

namespace TokenThrift.TestSupport;

/// <summary>A page in a <see cref="HeadlessBrowser"/>.</summary>
public sealed class BrowserPage
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly DevToolsConnection _connection;
    private readonly string _session;
    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly ConcurrentQueue<string> _requests = new();
    private int _width;

    internal BrowserPage(DevToolsConnection connection, string session)
    {
        _connection = connection;
        _session = session;
        connection.Received += Take;
    }

    /// <summary>Gets what the console said of errors and warnings, uncaught exceptions and failed loads included.</summary>
    public IReadOnlyCollection<string> Errors => [.. _errors];

    /// <summary>Gets the addresses that the page has asked for, its own included.</summary>
    public IReadOnlyCollection<string> Requests => [.. _requests];

    /// <summary>Evaluates an expression, awaiting a promise, and returns its value as JSON.</summary>
    public async Task<JsonElement> EvaluateAsync(string expression)
    {
        JsonElement result = await SendAsync("Runtime.evaluate", new { expression, returnByValue = true, awaitPromise = true });
        return result.TryGetProperty("exceptionDetails", out JsonElement exception)
            ? throw new InvalidOperationException(exception.ToString())
            : result.GetProperty("result").TryGetProperty("value", out JsonElement value) ? value : default;
    }

    /// <summary>Waits until an expression is true.</summary>
    public async Task WaitAsync(string expression)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!(await EvaluateAsync(expression)).GetBoolean())
        {
            await Task.Delay(50, limit.Token);
        }
    }

    /// <summary>Takes a picture of the whole page, or of as much of it as the height holds.</summary>
    public async Task<byte[]> ScreenshotAsync(int? height = null)
    {
        double whole = (await EvaluateAsync("document.documentElement.scrollHeight")).GetDouble();
        JsonElement result = await SendAsync("Page.captureScreenshot", new { format = "png", captureBeyondViewport = true, clip = new { x = 0, y = 0, width = _width, height = height ?? whole, scale = 1 } });
        return result.GetProperty("data").GetBytesFromBase64();
    }

    /// <summary>Prints the page as PDF.</summary>
    public async Task<byte[]> PrintAsync() =>
        (await SendAsync("Page.printToPDF", new { printBackground = true, preferCSSPageSize = true })).GetProperty("data").GetBytesFromBase64();

    internal async Task LoadAsync(Uri address, int width, int height, bool dark)
    {
        _width = width;
        foreach (string domain in new[] { "Page.enable", "Runtime.enable", "Log.enable", "Network.enable" })
        {
            await SendAsync(domain);
        }

        await SendAsync("Emulation.setDeviceMetricsOverride", new { width, height, deviceScaleFactor = 1, mobile = width < 600 });
        await SendAsync("Emulation.setEmulatedMedia", new { features = new[] { new { name = "prefers-color-scheme", value = dark ? "dark" : "light" } } });
        await SendAsync("Page.navigate", new { url = address.AbsoluteUri });
        await _loaded.Task.WaitAsync(Limit);
    }

    private Task<JsonElement> SendAsync(string method, object? parameters = null) => _connection.SendAsync(method, parameters, _session);

    private void Take(string? session, string method, JsonElement parameters)
    {
        if (session != _session)
        {
            return;
        }

        switch (method)
        {
            case "Page.loadEventFired":
                _loaded.TrySetResult();
                break;
            case "Network.requestWillBeSent":
                _requests.Enqueue(parameters.GetProperty("request").GetProperty("url").GetString()!);
                break;
            case "Runtime.exceptionThrown":
                _errors.Enqueue(parameters.ToString());
                break;
            case "Runtime.consoleAPICalled" when parameters.GetProperty("type").GetString() is "error" or "warning" or "assert":
            case "Log.entryAdded" when parameters.GetProperty("entry").GetProperty("level").GetString() is "error" or "warning":
                _errors.Enqueue(parameters.ToString());
                break;
        }
    }
}
