using System.Text.Json;
using FluentAssertions;
using Xunit;

namespace WebSo.Events.Tests;

public sealed class ExtraPropertiesTests
{
    [Theory]
    [InlineData("1", "1.0", true)]
    [InlineData("100", "1e2", true)]
    [InlineData("1", "2", false)]
    [InlineData("1", "\"1\"", false)]
    [InlineData("null", "false", false)]
    [InlineData("[1,2]", "[2,1]", false)]
    [InlineData("1e99999999999", "1e99999999999", true)]
    [InlineData("1e99999999999", "1e99999999998", false)]
    [InlineData("[1e99999999999]", "[1]", false)]
    public void Equals_TwoValues_ComparesContent(string left, string right, bool equal)
    {
        Extras.Of(("x", left)).Equals(Extras.Of(("x", right))).Should().Be(equal);
        if (equal)
            Extras.Of(("x", left)).GetHashCode().Should().Be(Extras.Of(("x", right)).GetHashCode());
    }

    [Fact]
    public void Equals_DifferentOrder_ReturnsTrueWithSameHash()
    {
        var left = Extras.Of(("a", "1"), ("b", "2"));
        var right = Extras.Of(("b", "2"), ("a", "1"));

        left.Equals((object)right).Should().BeTrue();
        left.GetHashCode().Should().Be(right.GetHashCode());
    }

    [Fact]
    public void Equals_FewerOrNoProperties_ReturnsFalse()
    {
        var extras = Extras.Of(("a", "1"), ("b", "2"));

        extras.Equals(Extras.Of(("a", "1"))).Should().BeFalse();
        Extras.Of(("a", "1")).Equals(extras).Should().BeFalse();
        extras.Equals("a").Should().BeFalse();
    }

    [Fact]
    public void Equals_Null_IsFalse() => Extras.Of(("a", "1")).Equals(null).Should().BeFalse();

    [Fact]
    public void Event_SourceChangedAndDisposedLater_KeepsProperties()
    {
        UnknownWebSoEvent e;
        using (var document = JsonDocument.Parse("""{"a":[1,2]}"""))
        {
            var properties = document.RootElement.EnumerateObject().ToDictionary(property => property.Name, property => property.Value);
            e = new UnknownWebSoEvent("A") { ExtraProperties = properties };
            properties.Clear();
        }

        e.ExtraProperties["a"].GetRawText().Should().Be("[1,2]");
    }

    [Fact]
    public void Event_PropertiesOfOtherDictionaryType_AreComparedByContent()
    {
        var left = new UnknownWebSoEvent("A") { ExtraProperties = new Dictionary<string, JsonElement> { ["a"] = JsonElement.Parse("1"), ["b"] = JsonElement.Parse("2") } };
        var right = new UnknownWebSoEvent("A") { ExtraProperties = new SortedList<string, JsonElement> { ["b"] = JsonElement.Parse("2"), ["a"] = JsonElement.Parse("1.0") } };

        right.Should().Be(left);
        right.GetHashCode().Should().Be(left.GetHashCode());
        right.Should().NotBe(left with { ExtraProperties = new Dictionary<string, JsonElement>() });
    }

    [Fact]
    public void Constructor_DuplicateName_Throws()
    {
        var act = () => Extras.Of(("a", "1"), ("a", "1"));

        act.Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Constructor_DefaultElement_ThrowsWithName()
    {
        var act = () => new ExtraPropertyDictionary([KeyValuePair.Create("a", default(JsonElement))]);

        act.Should().Throw<ArgumentException>().WithMessage("*'a'*");
    }

    [Fact]
    public void Dictionary_Members_ReturnTheProperties()
    {
        var extras = Extras.Of(("b", "1"), ("a", "2"));

        extras.Count.Should().Be(2);
        extras.Keys.Should().Equal("b", "a");
        extras.Values.Select(value => value.GetInt32()).Should().Equal(1, 2);
        extras.Select(pair => pair.Key).Should().Equal("b", "a");
        extras.ContainsKey("A").Should().BeFalse();
        extras.TryGetValue("a", out var value).Should().BeTrue();
        value.GetInt32().Should().Be(2);
        ExtraPropertyDictionary.Empty.Should().BeEmpty();
    }
}
