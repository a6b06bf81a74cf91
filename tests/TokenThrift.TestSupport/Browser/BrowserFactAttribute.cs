using Xunit;

namespace TokenThrift.TestSupport;

/// <summary>A test that opens a page in headless Chromium. It is skipped, and says so, where no browser is installed.</summary>
public sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute()
    {
        if (HeadlessBrowser.Executable is null)
        {
            Skip = "No Chromium is installed, so the page was not opened (apt-get install chromium).";
        }
    }
}
