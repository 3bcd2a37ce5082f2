namespace WebSo.Events;

/// <summary>The options of a <see cref="WebSoEmulator"/>. They are read once, when it is created.</summary>
public sealed class WebSoEmulatorOptions
{
    /// <summary>How events are sent: handler, clock, faults and more.</summary>
    public WebSoEventSenderOptions Sender { get; } = new();

    /// <summary>Whether calls for different events of one document may overlap.</summary>
    /// <value>Default: they may.</value>
    public WebSoDeliveryOrder Delivery { get; set; }

    /// <summary>The ID of the first document, at least 1; the others follow. A receiver may take the same event of the same document for a repeat.</summary>
    /// <value>Default: 1.</value>
    public int FirstDocumentId { get; set; } = 1;
}
