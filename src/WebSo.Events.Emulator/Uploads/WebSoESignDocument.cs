namespace WebSo.Events;

/// <summary>A document of an ESign XML upload: what matters to events.</summary>
/// <param name="CallbackUrl">Its own URL, as it stands there without the white space around it; null where it has none, or an empty one.</param>
/// <param name="Line">The line of the CallbackUrl, or of the document where it has none; counted from 1.</param>
public sealed record WebSoESignDocument(string? CallbackUrl, int Line);
