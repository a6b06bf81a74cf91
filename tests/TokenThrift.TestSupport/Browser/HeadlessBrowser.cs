using System.Diagnostics;

namespace TokenThrift.TestSupport;

/// <summary>A headless Chromium, driven over the DevTools protocol.</summary>
public sealed class HeadlessBrowser : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly string _profile;
    private readonly DevToolsConnection _connection;

    private HeadlessBrowser(Process process, string profile, DevToolsConnection connection)
    {
        _process = process;
        _profile = profile;
        _connection = connection;
    }

    /// <summary>Gets the browser's path, or <see langword="null"/> where none is installed.</summary>
    public static string? Executable { get; } = Array.Find(
        ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"], File.Exists);

    /// <summary>Starts a browser with a profile of its own.</summary>
    public static async Task<HeadlessBrowser> StartAsync()
    {
        string profile = Directory.CreateTempSubdirectory("browser-").FullName;
        var start = new ProcessStartInfo(Executable ?? throw new InvalidOperationException("No browser is installed.")) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (string argument in new[] { "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run", "--remote-debugging-port=0", $"--user-data-dir={profile}", "about:blank" })
        {
            start.ArgumentList.Add(argument);
        }

        Process process = Process.Start(start)!;
        var address = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, line) =>
        {
            const string Mark = "DevTools listening on ";
            if (line.Data?.IndexOf(Mark, StringComparison.Ordinal) is >= 0 and int at)
            {
                address.TrySetResult(new Uri(line.Data[(at + Mark.Length)..].Trim()));
            }
        };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        try
        {
            return new HeadlessBrowser(process, profile, await DevToolsConnection.OpenAsync(await address.Task.WaitAsync(StartLimit)));
        }
        catch
        {
            await StopAsync(process, profile);
            throw;
        }
    }

    /// <summary>Opens a page and waits until it has loaded.</summary>
    public async Task<BrowserPage> OpenAsync(Uri address, int width = 1280, int height = 900, bool dark = false)
    {
        string target = (await _connection.SendAsync("Target.createTarget", new { url = "about:blank" })).GetProperty("targetId").GetString()!;
        string session = (await _connection.SendAsync("Target.attachToTarget", new { targetId = target, flatten = true })).GetProperty("sessionId").GetString()!;
        var page = new BrowserPage(_connection, session);
        await page.LoadAsync(address, width, height, dark);
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await StopAsync(_process, _profile);
        _process.Dispose();
    }

    private static async Task StopAsync(Process process, string profile)
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        for (int i = 0; i < 20 && Directory.Exists(profile); i++)
        {
            try
            {
                Directory.Delete(profile, recursive: true);
            }
            catch (IOException)
            {
                // The browser's helpers may write for a moment longer.
                await Task.Delay(100);
            }
        }
    }
}
