using Microsoft.Extensions.Configuration;

namespace WebSo.Events.Configuration;

// Finds configuration that belongs to no added endpoint and would be ignored.
internal sealed class RootSectionCheck(IConfiguration configuration, EndpointSections sections, IReadOnlyList<string> keys)
{
    private readonly string[] _paths = [.. sections.Paths];

    public IEnumerable<ConfigurationProblem> Run() => CheckNames().Concat(CheckEndpoints()).Concat(CheckDefaultEndpoint());

    // The configuration also contains all environment variables, so an unknown name alone is not an error.
    private IEnumerable<ConfigurationProblem> CheckNames()
    {
        foreach (var section in configuration.GetChildren().Where(section => !IsTaken(section.Path)))
        {
            if (IsMisspelledRoot(section))
            {
                yield return new ConfigurationProblem(
                    EndpointSections.Root,
                    $"The section {section.Path} would be ignored. Did you mean {EndpointSections.Root}? Rename it, or pass it to AddWebSoEvents.");
            }
            else if (FlatKeyOf(section.Key) is { } key)
            {
                yield return new ConfigurationProblem(
                    key,
                    $"{section.Path} would be ignored, because it is not in the section {EndpointSections.Root}. In an environment variable, separate "
                    + $"the section and the key with two underscores: {EndpointSections.Root}__{key}. In JSON, put the key in the object {EndpointSections.Root}.");
            }
        }
    }

    private IEnumerable<ConfigurationProblem> CheckEndpoints()
    {
        var endpoints = configuration.GetSection($"{EndpointSections.Root}:{EndpointSections.Endpoints}");
        if (!string.IsNullOrEmpty(endpoints.Value))
            yield return new ConfigurationProblem("", $"{endpoints.Path} is a single value. Write one section per endpoint, with the name of the endpoint as its key.");
        foreach (var endpoint in endpoints.GetChildren().Where(endpoint => !SectionReader.IsIgnored(endpoint.Key) && !IsTaken(endpoint.Path)))
        {
            var names = _paths.Where(path => IsIn(path, endpoints.Path)).Select(path => path.Substring(endpoints.Path.Length + 1)).ToList();
            var added = names.Count == 0
                ? "No endpoint with a name was added."
                : $"Did you mean {NearestName.Of(endpoint.Key, names)}? Added: {string.Join(", ", names)}.";
            yield return new ConfigurationProblem(
                "",
                $"{endpoint.Path} would be ignored, because no endpoint '{endpoint.Key}' was added. {added} "
                + $"Add it with services.AddWebSoEvents(\"{endpoint.Key}\"), or correct the name.");
        }
    }

    private IEnumerable<ConfigurationProblem> CheckDefaultEndpoint()
    {
        if (_paths.Contains(EndpointSections.Root, StringComparer.OrdinalIgnoreCase))
            yield break;

        foreach (var key in configuration.GetSection(EndpointSections.Root).GetChildren())
        {
            if (!SectionReader.IsIgnored(key.Key) && !IsTaken(key.Path) && !IsSame(key.Key, EndpointSections.Endpoints))
            {
                yield return new ConfigurationProblem(
                    "",
                    $"{key.Path} would be ignored, because it belongs to the default endpoint, which was not added with this section. Move it to "
                    + $"{_paths.First(path => IsIn(path, EndpointSections.Root))}, or add the default endpoint with services.AddWebSoEvents().");
            }
        }
    }

    private bool IsMisspelledRoot(IConfigurationSection section) =>
        NearestName.Distance(section.Key, EndpointSections.Root) is > 0 and <= NearestName.MaxDistance
        && section.GetChildren().Any(child => keys.Any(key => NearestName.Distance(child.Key, key) <= NearestName.MaxDistance));

    // Matches WEBSOEVENTS_FILTER, and WebSoEvents__Filter in JSON. Other names, such as WEBSOEVENTS_PORT, may come from Kubernetes.
    private string? FlatKeyOf(string name)
    {
        if (!name.StartsWith(EndpointSections.Root, StringComparison.OrdinalIgnoreCase))
            return null;

        var rest = name.Substring(EndpointSections.Root.Length);
        var key = rest.TrimStart('_', '.', '-');
        return key.Length == rest.Length ? null : keys.FirstOrDefault(known => IsSame(key, known));
    }

    // Whether the path is, or contains, the section of an endpoint.
    private bool IsTaken(string path) => IsSame(path, EndpointSections.Root) || _paths.Any(taken => IsSame(taken, path) || IsIn(taken, path));

    private static bool IsIn(string path, string section) => path.StartsWith(section + ":", StringComparison.OrdinalIgnoreCase);

    private static bool IsSame(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
}
