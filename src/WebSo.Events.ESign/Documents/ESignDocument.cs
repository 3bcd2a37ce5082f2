using WebSo.Events.ESign.Documents;
using WebSo.Events.ESign.Xml;

namespace WebSo.Events;

/// <summary>
/// A document of an ESign XML, with which documents are uploaded to the server (its <c>processXML</c> parameter). The methods read the
/// documents of an upload and set their callback URLs.
/// </summary>
/// <remarks>
/// An upload is a single document, <c>/ESign</c>, or an envelope with one or more of
/// <c>/ESign/SignatureRequestEnvelope/Documents/Document</c>. The text of an existing <c>CallbackUrl</c> is replaced; a missing one is added as the
/// first element of its document. Everything else is copied byte for byte: declaration, encoding, white space, comments, entities, quotes.
/// <para>
/// An upload that could keep a URL that was not set is refused with <see cref="FormatException"/>: a second <c>CallbackUrl</c>, one outside a
/// document or after its <c>PDF</c>, a second envelope, and another spelling of these names (<c>CallbackURL</c>, <c>x:CallbackUrl</c>). Also
/// refused are XML that is not well-formed, a DTD, elements nested more than 100 levels deep, a <c>CallbackUrl</c> of more than 8 KiB,
/// more than 8 MiB before the <c>PDF</c> of a document, and more than 1000 documents.
/// </para>
/// <para>
/// The upload is streamed, so its PDFs can have any size. The memory used is at most about 350 KiB, plus the bytes before the <c>PDF</c> of a
/// document.
/// </para>
/// <para>
/// Supported encodings are UTF-8, US-ASCII, ISO-8859 and windows-125x. Only the structure is checked: tags and their nesting, attributes, and
/// the ends of comments, CDATA sections and processing instructions. The server's parser checks the rest.
/// </para>
/// </remarks>
public sealed class ESignDocument
{
    internal ESignDocument(int index, bool isInEnvelope, string? callbackUrl, int line) =>
        (Index, IsInEnvelope, CallbackUrl, Line) = (index, isInEnvelope, callbackUrl, line);

    /// <summary>The zero-based position of the document in the upload.</summary>
    public int Index { get; }

    /// <summary>Whether the document is part of a <c>SignatureRequestEnvelope</c>. If not, it is the only document of the upload.</summary>
    public bool IsInEnvelope { get; }

    /// <summary>
    /// The text of the <c>CallbackUrl</c>, unescaped and without surrounding white space. Empty if the element has no text; null if there is no element.
    /// </summary>
    public string? CallbackUrl { get; }

    /// <summary>The line of the <c>CallbackUrl</c>, or of the document if it has none. The first line is 1.</summary>
    public int Line { get; }

    /// <summary>Reads the documents of an upload.</summary>
    /// <param name="input">The upload. It is read to the end and not closed.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The documents in the order of the upload; at least one.</returns>
    /// <exception cref="FormatException">The upload is refused, as described above. The message tells why, the line and the byte position.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public static async Task<IReadOnlyList<ESignDocument>> ReadAllAsync(Stream input, CancellationToken cancellationToken = default)
    {
        var documents = new List<ESignDocument>();
        await SetCallbackUrlsAsync(input, Stream.Null, Add, cancellationToken).ConfigureAwait(false);
        return documents;

        Uri? Add(ESignDocument document)
        {
            documents.Add(document);
            return null;
        }
    }

    /// <summary>Copies an upload and sets the callback URLs of its documents.</summary>
    /// <remarks>If the method throws, the output contains the start of the upload. Discard it.</remarks>
    /// <param name="input">The upload. It is read to the end and not closed.</param>
    /// <param name="output">The stream to which the edited upload is written. It is flushed and not closed.</param>
    /// <param name="chooseUrl">
    /// Called once for each document, in order. Returns the URL to set, an absolute <c>https</c> or <c>http</c> URL without a fragment; or null to
    /// leave the document unchanged. The URL is written as it was given (<see cref="Uri.OriginalString"/>), unless it must be escaped.
    /// </param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="FormatException">The upload is refused, as described above. The message tells why, the line and the byte position.</exception>
    /// <exception cref="InvalidOperationException"><paramref name="chooseUrl"/> returned a URL that is relative, not HTTP, or has a fragment.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    /// <example>
    /// <code>
    /// await ESignDocument.SetCallbackUrlsAsync(input, output, document =&gt; callbackUrls.Create(baseUrl, orders[document.Index].Number));
    /// </code>
    /// </example>
    public static async Task SetCallbackUrlsAsync(
        Stream input,
        Stream output,
        Func<ESignDocument, Uri?> chooseUrl,
        CancellationToken cancellationToken = default)
    {
        var (scanner, editor) = CreateEditor(input, output, chooseUrl);
        bool hasMoreInput;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            hasMoreInput = await scanner.FillAsync(input, cancellationToken).ConfigureAwait(false);
            bool hasMoreTokens;
            do
            {
                hasMoreTokens = editor.Edit();
                foreach (var chunk in editor.Output)
                    await output.WriteAsync(chunk.AsMemory(), cancellationToken).ConfigureAwait(false);
                editor.ClearOutput();
            }
            while (hasMoreTokens);
        }
        while (hasMoreInput);

        await output.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Copies an upload and sets the callback URLs of its documents. See <see cref="SetCallbackUrlsAsync"/>.</summary>
    /// <param name="input">The upload. It is read to the end and not closed.</param>
    /// <param name="output">The stream to which the edited upload is written. It is flushed and not closed.</param>
    /// <param name="chooseUrl">Called once for each document, in order. Returns the URL to set, or null to leave the document unchanged.</param>
    /// <exception cref="FormatException">The upload is refused, as described above. The message tells why, the line and the byte position.</exception>
    /// <exception cref="InvalidOperationException"><paramref name="chooseUrl"/> returned a URL that is relative, not HTTP, or has a fragment.</exception>
    public static void SetCallbackUrls(Stream input, Stream output, Func<ESignDocument, Uri?> chooseUrl)
    {
        var (scanner, editor) = CreateEditor(input, output, chooseUrl);
        bool hasMoreInput;
        do
        {
            hasMoreInput = scanner.Fill(input);
            bool hasMoreTokens;
            do
            {
                hasMoreTokens = editor.Edit();
                foreach (var chunk in editor.Output)
                    output.Write(chunk.AsSpan());
                editor.ClearOutput();
            }
            while (hasMoreTokens);
        }
        while (hasMoreInput);

        output.Flush();
    }

    private static (XmlScanner Scanner, CallbackUrlEditor Editor) CreateEditor(Stream input, Stream output, Func<ESignDocument, Uri?> chooseUrl)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(chooseUrl);
        var scanner = new XmlScanner();
        return (scanner, new CallbackUrlEditor(scanner, chooseUrl));
    }
}
