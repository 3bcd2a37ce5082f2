using FluentAssertions;
using Xunit;

namespace WebSo.Events.Tests;

public sealed class OpenValueSetTests
{
    public static TheoryData<SignatureRequestStatus, string, string> RequestStatuses => new()
    {
        { SignatureRequestStatus.New, "1", "New" },
        { SignatureRequestStatus.PartiallySigned, "2", "PartiallySigned" },
        { SignatureRequestStatus.Finished, "3", "Finished" },
        { SignatureRequestStatus.Failed, "4", "Failed" },
    };

    [Theory]
    [MemberData(nameof(RequestStatuses))]
    public void RequestStatus_Documented_HasWireTextAndName(SignatureRequestStatus status, string value, string name)
    {
        status.Should().Be(new SignatureRequestStatus(value));
        (status.Value, status.ToString(), status.IsKnown).Should().Be((value, name, true));
    }

    [Fact]
    public void FieldStatus_Documented_HasWireTextAndName()
    {
        (FieldStatus.Signed.Value, $"{FieldStatus.Signed}", FieldStatus.Signed.IsKnown).Should().Be(("signed", "Signed", true));
        (FieldStatus.Rejected.Value, $"{FieldStatus.Rejected}", FieldStatus.Rejected.IsKnown).Should().Be(("rejected", "Rejected", true));
    }

    [Fact]
    public void RenderStatus_Documented_HasWireTextAndName()
    {
        (RenderStatus.Success.Value, $"{RenderStatus.Success}", RenderStatus.Success.IsKnown).Should().Be(("success", "Success", true));
        (RenderStatus.Error.Value, $"{RenderStatus.Error}", RenderStatus.Error.IsKnown).Should().Be(("error", "Error", true));
    }

    [Theory]
    [InlineData("5")]
    [InlineData("New")]
    [InlineData("SIGNED")]
    [InlineData(" ")]
    public void AnySet_UndocumentedValue_IsKeptUnchanged(string value)
    {
        (new SignatureRequestStatus(value).Value, $"{new SignatureRequestStatus(value)}", new SignatureRequestStatus(value).IsKnown)
            .Should().Be((value, value, false));
        (new FieldStatus(value).Value, $"{new FieldStatus(value)}", new FieldStatus(value).IsKnown).Should().Be((value, value, false));
        (new RenderStatus(value).Value, $"{new RenderStatus(value)}", new RenderStatus(value).IsKnown).Should().Be((value, value, false));
    }

    [Fact]
    public void AnySet_DefaultNullAndEmpty_AreEqualAndUnknown()
    {
        default(SignatureRequestStatus).Should().Be(new SignatureRequestStatus(null)).And.Be(new SignatureRequestStatus(""));
        default(FieldStatus).Should().Be(new FieldStatus(null)).And.Be(new FieldStatus(""));
        default(RenderStatus).Should().Be(new RenderStatus(null)).And.Be(new RenderStatus(""));
        (default(SignatureRequestStatus).Value, $"{default(FieldStatus)}", default(RenderStatus).IsKnown).Should().Be(("", "", false));
    }
}
