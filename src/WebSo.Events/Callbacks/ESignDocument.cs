namespace WebSo.Events;

/// <summary>A document of an ESign upload, as <see cref="ESignXml"/> finds it.</summary>
public sealed class ESignDocument
{
    internal ESignDocument(int index, bool isInEnvelope, string? callbackUrl, int line) =>
        (Index, IsInEnvelope, CallbackUrl, Line) = (index, isInEnvelope, callbackUrl, line);

    /// <summary>Which document of the upload it is, in the order of the file; 0 is the first.</summary>
    public int Index { get; }

    /// <summary>Whether it is one of a <c>SignatureRequestEnvelope</c>; false: the upload is this document alone.</summary>
    public bool IsInEnvelope { get; }

    /// <summary>The text of its <c>CallbackUrl</c>, unescaped, without white space around it. Empty: the element has no text. Null: there is none.</summary>
    public string? CallbackUrl { get; }

    /// <summary>The line of its <c>CallbackUrl</c>, or of the document where it has none; 1 is the first.</summary>
    public int Line { get; }
}
