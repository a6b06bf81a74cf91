using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.Tokens;

namespace Microsoft.Extensions.AI;

/// <summary>Adds receipts to a chat client.</summary>
public static class ReceiptingChatClientBuilderExtensions
{
    /// <summary>Writes a receipt for each request of the pipeline. Put it first, so that it sees everything.</summary>
    /// <remarks>Everything that is left out comes from the container where it is registered there, else from the defaults.</remarks>
    /// <param name="builder">The pipeline.</param>
    /// <param name="book">Where receipts go.</param>
    /// <param name="configure">Changes the options.</param>
    /// <returns>The same builder.</returns>
    public static ChatClientBuilder UseReceipts(this ChatClientBuilder builder, ReceiptBook? book = null, Action<ReceiptOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Use((inner, services) =>
        {
            var options = new ReceiptOptions();
            configure?.Invoke(options);
            TimeProvider? time = services.GetService<TimeProvider>();
            ILoggerFactory? loggers = services.GetService<ILoggerFactory>();
            ReceiptBook target = book ?? services.GetService<ReceiptBook>()
                ?? new ReceiptBook(options, services.GetServices<IReceiptSink>(), services.GetService<ThriftMeters>(), time, loggers?.CreateLogger<ReceiptBook>());
            return new ReceiptingChatClient(
                inner, target, options, services.GetService<ModelCatalog>(), services.GetService<TokenCounters>(), time, loggers?.CreateLogger<ReceiptingChatClient>());
        });
    }
}
