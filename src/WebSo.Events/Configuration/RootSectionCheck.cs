using Microsoft.Extensions.Configuration;

namespace WebSo.Events.Configuration;

// What in the configuration as a whole belongs to no endpoint that was added, so that it would be ignored.
internal sealed class RootSectionCheck(IConfiguration configuration, EndpointSections sections, IReadOnlyList<string> keys)
{
    private readonly string[] _paths = [.. sections.Paths];

    public IEnumerable<SectionProblem> Run() => CheckNames().Concat(CheckEndpoints()).Concat(CheckDefaultEndpoint());

    // The environment's variables are in the configuration too, so a name alone is no reason to refuse anything.
    private IEnumerable<SectionProblem> CheckNames()
    {
        foreach (var section in configuration.GetChildren().Where(section => !IsTaken(section.Path)))
        {
            if (IsMisspelledRoot(section))
            {
                yield return new SectionProblem(
                    EndpointSections.Root,
                    $"The section {section.Path} would be ignored. Did you mean {EndpointSections.Root}? Rename it, or pass it to AddWebSoEvents.");
            }
            else if (FlatKeyOf(section.Key) is { } key)
            {
                yield return new SectionProblem(
                    key,
                    $"{section.Path} would be ignored, since it is not in the section {EndpointSections.Root}. In the environment two underscores "
                    + $"separate a section from its keys: write {EndpointSections.Root}__{key}. In JSON it is a key of an object.");
            }
        }
    }

    private IEnumerable<SectionProblem> CheckEndpoints()
    {
        var endpoints = configuration.GetSection($"{EndpointSections.Root}:{EndpointSections.Endpoints}");
        if (!string.IsNullOrEmpty(endpoints.Value))
            yield return new SectionProblem("", $"{endpoints.Path} is a single value. Write a section for each endpoint, by its name.");
        foreach (var endpoint in endpoints.GetChildren().Where(endpoint => !SectionReader.IsIgnored(endpoint.Key) && !IsTaken(endpoint.Path)))
        {
            var names = _paths.Where(path => IsIn(path, endpoints.Path)).Select(path => path.Substring(endpoints.Path.Length + 1)).ToList();
            var added = names.Count == 0
                ? "No endpoint with a name was added."
                : $"Did you mean {NearestName.Of(endpoint.Key, names)}? Added: {string.Join(", ", names)}.";
            yield return new SectionProblem(
                "",
                $"{endpoint.Path} would be ignored, since no endpoint '{endpoint.Key}' was added. {added} "
                + $"Add it by services.AddWebSoEvents(\"{endpoint.Key}\"), or correct the name.");
        }
    }

    private IEnumerable<SectionProblem> CheckDefaultEndpoint()
    {
        if (_paths.Contains(EndpointSections.Root, StringComparer.OrdinalIgnoreCase))
            yield break;

        foreach (var key in configuration.GetSection(EndpointSections.Root).GetChildren())
        {
            if (!SectionReader.IsIgnored(key.Key) && !IsTaken(key.Path) && !IsSame(key.Key, EndpointSections.Endpoints))
            {
                yield return new SectionProblem(
                    "",
                    $"{key.Path} would be ignored: it is the place of the default endpoint, which was not added with this section. Move it to "
                    + $"{_paths.First(path => IsIn(path, EndpointSections.Root))}, or add the default endpoint by services.AddWebSoEvents().");
            }
        }
    }

    private bool IsMisspelledRoot(IConfigurationSection section) =>
        NearestName.Distance(section.Key, EndpointSections.Root) is > 0 and <= NearestName.MaxDistance
        && section.GetChildren().Any(child => keys.Any(key => NearestName.Distance(child.Key, key) <= NearestName.MaxDistance));

    // WEBSOEVENTS_FILTER, or WebSoEvents__Filter in JSON. Kubernetes makes variables as WEBSOEVENTS_PORT.
    private string? FlatKeyOf(string name)
    {
        if (!name.StartsWith(EndpointSections.Root, StringComparison.OrdinalIgnoreCase))
            return null;

        var rest = name.Substring(EndpointSections.Root.Length);
        var key = rest.TrimStart('_', '.', '-');
        return key.Length == rest.Length ? null : keys.FirstOrDefault(known => IsSame(key, known));
    }

    // Whether it is, or holds, the section of an endpoint.
    private bool IsTaken(string path) => IsSame(path, EndpointSections.Root) || _paths.Any(taken => IsSame(taken, path) || IsIn(taken, path));

    private static bool IsIn(string path, string section) => path.StartsWith(section + ":", StringComparison.OrdinalIgnoreCase);

    private static bool IsSame(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
}
