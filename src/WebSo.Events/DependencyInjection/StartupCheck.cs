namespace WebSo.Events.DependencyInjection;

// Options without members, whose validator runs when the host starts: after routes are mapped and before the web server listens.
internal sealed class StartupCheck;
