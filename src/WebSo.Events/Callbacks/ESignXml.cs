namespace WebSo.Events;

/// <summary>Reads and writes the callback URLs of the ESign XML with which documents are uploaded to the server (its <c>processXML</c> parameter).</summary>
/// <remarks>
/// Everything else stays byte for byte as it is: declaration, encoding, white space, comments, entities, quotes. The text of a
/// <c>CallbackUrl</c> that is there is replaced; a missing one becomes the first element of its document, as the vendor documents it.
/// Documents are <c>/ESign</c> itself, or each <c>/ESign/SignatureRequestEnvelope/Documents/Document</c>. Whatever could leave a second URL
/// is refused: a second <c>CallbackUrl</c>, one outside a document or after its <c>PDF</c>, a second envelope, and another spelling of these
/// names (<c>CallbackURL</c>, <c>x:CallbackUrl</c>).
/// <para>
/// The upload is read and written as a stream, so its PDFs may have any size. The memory used is at most about 350 KiB and the size of what
/// precedes the <c>PDF</c> in a document, at most 8 MiB. <see cref="ReadDocumentsAsync"/> also returns the text of the URLs. A URL has at most 8 KiB
/// in the upload, and an envelope has at most 1000 documents; more is refused.
/// </para>
/// <para>
/// Encodings: UTF-8 and those of a single byte that hold ASCII (US-ASCII, ISO-8859, windows-125x). UTF-16, UTF-32 and others are refused,
/// as are a DTD and nesting deeper than 100 elements. Only what is needed to find the places is checked (tags, their nesting and
/// attributes, the ends of comments, CDATA and instructions); the server's parser is the judge of the rest.
/// </para>
/// <para>
/// Where an exception is thrown, the output holds a part of the upload, from its begin, and must be thrown away.
/// </para>
/// </remarks>
public static class ESignXml
{
    /// <summary>Copies an upload, with the callback URLs of its documents set.</summary>
    /// <param name="input">The upload; read to its end, not closed.</param>
    /// <param name="output">Where it is written to; flushed, not closed.</param>
    /// <param name="choose">
    /// Called once for each document, in order. Its URL, absolute and with <c>https</c> or <c>http</c>, is set, as it was given where it is
    /// fit to be sent (<see cref="Uri.OriginalString"/>). Null leaves the document as it is.
    /// </param>
    /// <param name="cancellationToken">Ends the copying; the output then holds a part.</param>
    /// <exception cref="ESignFormatException">
    /// The upload is no ESign XML, is not well-formed, has a DTD or another encoding, or could keep a second URL. The message gives line and byte.
    /// </exception>
    /// <exception cref="InvalidOperationException"><paramref name="choose"/> gave a URL that is not absolute, not HTTP, or has a fragment.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <example>
    /// <code>
    /// await ESignXml.SetCallbackUrlAsync(input, output, document =&gt; callbackUrls.Create(baseUrl, orders[document.Index].Number));
    /// </code>
    /// </example>
    public static async Task SetCallbackUrlAsync(
        Stream input,
        Stream output,
        Func<ESignDocument, Uri?> choose,
        CancellationToken cancellationToken = default)
    {
        var (scanner, editor) = Begin(input, output, choose);
        bool isMore;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            isMore = await scanner.FillAsync(input, cancellationToken).ConfigureAwait(false);
            bool isMoreToTake;
            do
            {
                isMoreToTake = editor.Take();
                foreach (var chunk in editor.Ready)
                    await output.WriteAsync(chunk.AsMemory(), cancellationToken).ConfigureAwait(false);
                editor.Written();
            }
            while (isMoreToTake);
        }
        while (isMore);

        await output.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>As <see cref="SetCallbackUrlAsync"/>, without asynchronous reading and writing.</summary>
    /// <param name="input">The upload; read to its end, not closed.</param>
    /// <param name="output">Where it is written to; flushed, not closed.</param>
    /// <param name="choose">Gives the URL of each document; null leaves it as it is.</param>
    /// <exception cref="ESignFormatException">As there.</exception>
    /// <exception cref="InvalidOperationException">As there.</exception>
    public static void SetCallbackUrl(Stream input, Stream output, Func<ESignDocument, Uri?> choose)
    {
        var (scanner, editor) = Begin(input, output, choose);
        bool isMore;
        do
        {
            isMore = scanner.Fill(input);
            bool isMoreToTake;
            do
            {
                isMoreToTake = editor.Take();
                foreach (var chunk in editor.Ready)
                    output.Write(chunk.AsSpan());
                editor.Written();
            }
            while (isMoreToTake);
        }
        while (isMore);

        output.Flush();
    }

    /// <summary>Reads which documents an upload has, and their callback URLs. It refuses what <see cref="SetCallbackUrlAsync"/> refuses.</summary>
    /// <param name="input">The upload; read to its end, not closed.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The documents, in order; one where there is no envelope.</returns>
    /// <exception cref="ESignFormatException">As there.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task<IReadOnlyList<ESignDocument>> ReadDocumentsAsync(Stream input, CancellationToken cancellationToken = default)
    {
        var documents = new List<ESignDocument>();
        await SetCallbackUrlAsync(input, Stream.Null, Note, cancellationToken).ConfigureAwait(false);
        return documents;

        Uri? Note(ESignDocument document)
        {
            documents.Add(document);
            return null;
        }
    }

    private static (XmlScanner Scanner, ESignEditor Editor) Begin(Stream input, Stream output, Func<ESignDocument, Uri?> choose)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(choose);
        var scanner = new XmlScanner();
        return (scanner, new ESignEditor(scanner, choose));
    }
}
