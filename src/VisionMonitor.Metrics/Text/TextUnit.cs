namespace VisionMonitor.Metrics.Text;

/// <summary>What counts as one character. Rates with different units cannot be compared.</summary>
public enum TextUnit
{
    /// <summary>Unicode code points after NFC: the default, so that the same text typed in two ways is the same.</summary>
    NfcCodePoint,

    /// <summary>Unicode code points as they are (jiwer, torchmetrics, rapidfuzz).</summary>
    CodePoint,

    /// <summary>UTF-16 units as they are: what a loop over a C# string counts; 𠮷 and emoji count twice.</summary>
    Utf16,

    /// <summary>Extended grapheme clusters after NFC: what a reader would call a character.</summary>
    NfcGrapheme,

    /// <summary>Extended grapheme clusters as they are.</summary>
    Grapheme,

    /// <summary>Unicode code points after NFKC: full-width and half-width forms, ligatures and fractions become plain.</summary>
    NfkcCodePoint,

    /// <summary>Unicode code points after NFD: Hangul syllables become their letters (jamo), accents become marks.</summary>
    Jamo,
}
