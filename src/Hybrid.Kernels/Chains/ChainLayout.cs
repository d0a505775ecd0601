namespace Hybrid.Kernels;

/// <summary>Finds a place for every value of a chain: in the results, or in runs of working memory, of which as few as
/// possible are used, each for several values in turn.</summary>
sealed unsafe class ChainLayout<TLanes> where TLanes : unmanaged, ILanes<TLanes>
{
    const int Never = -1;

    readonly Chain chain;
    readonly int operands;
    readonly int[] lastRead;
    readonly Stack<int> freeRooms = [];

    /// <summary>For results of this length, seen as rows of that length.</summary>
    public ChainLayout(
        Chain chain, ChainOperand[] operands, ArraySegment<float>[] results, Pins pins, int length, int rowLength)
    {
        this.chain = chain;
        this.operands = operands.Length;
        lastRead = new int[operands.Length + chain.Instructions.Length];
        Array.Fill(lastRead, Never);

        for (var i = 0; i < chain.Instructions.Length; i++)
            foreach (var value in Reads(chain.Instructions[i]))
                lastRead[value] = i;

        PlaceOperands(operands, pins, length, rowLength);
        PlaceResults(results, pins);
    }

    /// <summary>The slots of the values, by their numbers, and some more.</summary>
    public List<Slot> Slots { get; } = [];

    /// <summary>The steps, in order.</summary>
    public List<Step> Steps { get; } = [];

    /// <summary>The number of runs of working memory that the slots need.</summary>
    public int Rooms { get; private set; }

    void PlaceOperands(ChainOperand[] operands, Pins pins, int length, int rowLength)
    {
        // a selection reads all its operands element by element
        var dense = chain.Instructions.Where(one => one.IsSelect).SelectMany(Reads).ToHashSet();

        for (var value = 0; value < operands.Length; value++)
        {
            var (values, repeat) = (operands[value].Values, operands[value].Repeat);
            var place = Slot.PlaceOf(values.Count, repeat, length, rowLength);

            if (place is Place.Scalar or Place.Column && dense.Contains(value))
                place = Place.Spread;

            Slots.Add(new Slot(place, pins.Pin(values), values.Count, repeat, place == Place.Spread ? Rooms++ : 0));
        }
    }

    void PlaceResults(ArraySegment<float>[] results, Pins pins)
    {
        var late = new List<(int Value, Slot Slot)>();

        for (var i = 0; i < chain.Instructions.Length; i++)
        {
            var value = operands + i;
            var kept = Array.IndexOf(chain.Results, value);
            var target = kept < 0 ? null : pins.Pin(results[kept]);

            foreach (var read in Reads(chain.Instructions[i]).Distinct())
                if (lastRead[read] == i && Slots[read].Place == Place.Between)
                    freeRooms.Push(Slots[read].Room);

            // a later instruction may still read the result's place: then the result is written last
            var waits = target != null && Enumerable.Range(0, operands)
                .Any(operand => Slots[operand].Start == target && lastRead[operand] > i);

            if (target != null && !waits)
                Slots.Add(Slot.At(target));
            else
                Slots.Add(Slot.Between(freeRooms.TryPop(out var room) ? room : Rooms++));

            Steps.Add(StepOf(chain.Instructions[i], value));

            if (waits)
            {
                late.Add((value, Slot.At(target)));
                lastRead[value] = int.MaxValue;
            }
            else if (lastRead[value] == Never && target == null)
                freeRooms.Push(Slots[value].Room);
        }

        foreach (var (value, slot) in late)
        {
            Steps.Add(new Step(&Loops<TLanes>.Copy, value, value, value, Slots.Count));
            Slots.Add(slot);
        }
    }

    static int[] Reads(Instruction instruction) =>
        instruction.IsMap ? [instruction.x]
        : instruction.IsZip ? [instruction.left, instruction.right]
        : [instruction.condition, instruction.a, instruction.b];

    Step StepOf(Instruction instruction, int value)
    {
        bool Scalar(int read) => Slots[read].Place is Place.Scalar or Place.Column;

        if (instruction.IsMap)
            return new Step(
                Loops<TLanes>.Of(instruction.map, Scalar(instruction.x)), instruction.x, instruction.x, instruction.x, value);

        if (instruction.IsZip)
            return new Step(
                Loops<TLanes>.Of(instruction.zip, Scalar(instruction.left), Scalar(instruction.right)),
                instruction.left, instruction.right, instruction.right, value);

        return new Step(&Loops<TLanes>.Select, instruction.condition, instruction.a, instruction.b, value);
    }
}
