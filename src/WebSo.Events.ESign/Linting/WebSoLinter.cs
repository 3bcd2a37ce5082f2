using WebSo.Events.ESign.Linting;

namespace WebSo.Events;

/// <summary>
/// Finds mistakes in the server's config.ini and in ESign uploads, and tells how to fix them. <c>webso-events lint</c> prints the same findings.
/// </summary>
/// <example>
/// <code>
/// foreach (var finding in WebSoLinter.LintConfigurationFile("config.ini"))
///     Console.WriteLine($"{finding} {finding.Fix}");
/// </code>
/// </example>
public static class WebSoLinter
{
    /// <summary>Finds mistakes in a config.ini, including those for which <see cref="WebSoServerConfiguration.Read"/> refuses the file.</summary>
    /// <param name="path">The path of the file.</param>
    /// <returns>The findings in the order of the lines, then those without a line. Empty if there are none.</returns>
    /// <exception cref="IOException">The file does not exist or can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the file is denied.</exception>
    public static IReadOnlyList<WebSoLintFinding> LintConfigurationFile(string path)
    {
        ArgumentNullException.ThrowIfNull(path);

        var text = ConfigurationText.Decode(File.ReadAllBytes(path), out var isWide, out var encodingProblem);
        var findings = new LintFindings();
        ConfigurationLint.Check(WebSoServerConfiguration.Parse(text), findings);
        if (isWide || encodingProblem is not null)
        {
            findings.Error(
                "file-encoding",
                null,
                encodingProblem ?? "The file is UTF-16 or UTF-32.",
                $"The server reads the file byte by byte, so it probably finds no key {(encodingProblem is null ? "and sends no events" : "in that part")}.",
                "Save the whole file as UTF-8 without a byte order mark (BOM).");
        }

        return findings.ToSortedList();
    }

    /// <summary>Finds mistakes in the text of a config.ini. To check a file, including its encoding, use <see cref="LintConfigurationFile"/>.</summary>
    /// <param name="configuration">The configuration, as <see cref="WebSoServerConfiguration.Parse"/> returned it.</param>
    /// <returns>The findings in the order of the lines, then those without a line. Empty if there are none.</returns>
    public static IReadOnlyList<WebSoLintFinding> LintConfiguration(WebSoServerConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);

        var findings = new LintFindings();
        ConfigurationLint.Check(configuration, findings);
        return findings.ToSortedList();
    }

    /// <summary>
    /// Finds mistakes in the callback URLs of an ESign XML. If the upload can't be read (see <see cref="ESignDocument"/>), the only finding is the reason.
    /// </summary>
    /// <param name="input">The upload. It is read to the end and not closed.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The findings in the order of the lines. Empty if there are none.</returns>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public static async Task<IReadOnlyList<WebSoLintFinding>> LintUploadAsync(Stream input, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(input);

        var findings = new LintFindings();
        await UploadLint.CheckAsync(input, findings, cancellationToken).ConfigureAwait(false);
        return findings.ToSortedList();
    }
}
