namespace VisionMonitor.Commands;

/// <summary>A counter on the terminal's last line; where the output goes to a file, a line for every tenth.</summary>
internal sealed class ProgressLine(int total)
{
    private readonly bool _isTerminal = !Console.IsErrorRedirected;
    private int _done;

    public void Advance()
    {
        _done++;
        if (_isTerminal)
        {
            Console.Error.Write($"\r{_done} of {total}{(_done == total ? "\n" : "")}");
        }
        else if (_done * 10 / total != (_done - 1) * 10 / total)
        {
            Console.Error.WriteLine($"{_done} of {total}");
        }
    }

    public void Complain(string line) => Console.Error.WriteLine($"{(_isTerminal ? "\r" : "")}{line}");
}
