using System.ComponentModel.DataAnnotations;

namespace TokenThrift.Samples.Dashboard;

/// <summary>The settings of the configuration section <c>Dashboard</c>.</summary>
internal sealed class DashboardOptions
{
    public const string Section = "Dashboard";

    /// <summary>Gets or sets the port on the loopback address. The default is 5005; 0 takes a free one.</summary>
    [Range(0, 65535)]
    public int Port { get; set; } = 5005;

    /// <summary>Gets or sets how long each simulated answer takes in real time, so that the page can be watched. The default is 150 ms.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan Pace { get; set; } = TimeSpan.FromMilliseconds(150);

    /// <summary>Gets or sets how many companies' months the agent closes before it rests. The default is 12; 0 lets it rest at once.</summary>
    [Range(0, 1000)]
    public int Closes { get; set; } = 12;

    /// <summary>Gets or sets a value indicating whether receipts keep the text of prompts and answers and show it. The default is <see langword="false"/>.</summary>
    public bool ShowContent { get; set; }
}
