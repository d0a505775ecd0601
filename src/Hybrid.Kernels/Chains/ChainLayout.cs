namespace Hybrid.Kernels;

/// <summary>Finds a place for every value of a chain: in the results, or in runs of working memory, of which as few as
/// possible are used, each for several values in turn.</summary>
sealed unsafe class ChainLayout<TLanes> where TLanes : unmanaged, ILanes<TLanes>
{
    readonly Chain chain;
    readonly int operands;

    // by value: the number of the last instruction that reads it, from 1; 0 for none
    readonly int[] lastRead;

    readonly Stack<int> freeRooms = [];
    readonly List<int> spread = [];
    readonly Slot[] slots;
    readonly Step[] steps;
    int slotCount, stepCount;

    /// <summary>For results of this length, seen as rows of that length.</summary>
    public ChainLayout(
        Chain chain, ChainOperand[] operands, ArraySegment<float>[] results, Pins pins, int length, int rowLength)
    {
        this.chain = chain;
        this.operands = operands.Length;
        lastRead = new int[operands.Length + chain.Instructions.Length];
        // a result that is written last has a second slot and a step that copies it
        slots = new Slot[operands.Length + 2 * chain.Instructions.Length];
        steps = new Step[2 * chain.Instructions.Length];

        for (var i = 0; i < chain.Instructions.Length; i++)
            foreach (var value in Reads(chain.Instructions[i]))
                lastRead[value] = i + 1;

        PlaceOperands(operands, pins, length, rowLength);
        PlaceResults(results, pins);
    }

    /// <summary>The slots of the values, by their numbers, and some more.</summary>
    public Slot[] Slots => slots[..slotCount];

    /// <summary>The slots whose values are expanded into working memory.</summary>
    public int[] Spread => [.. spread];

    /// <summary>The steps, in order.</summary>
    public Step[] Steps => steps[..stepCount];

    /// <summary>The number of runs of working memory that the slots need.</summary>
    public int Rooms { get; private set; }

    void PlaceOperands(ChainOperand[] operands, Pins pins, int length, int rowLength)
    {
        for (var value = 0; value < operands.Length; value++)
        {
            var (values, repeat) = (operands[value].Values, operands[value].Repeat);
            var place = Slot.PlaceOf(values.Count, repeat, length, rowLength);

            if (place is Place.Scalar or Place.Column && IsSelected(value))
                place = Place.Spread;

            if (place == Place.Spread)
                spread.Add(slotCount);

            slots[slotCount++] = new Slot(place, pins.Pin(values), values.Count, repeat, place == Place.Spread ? Rooms++ : 0);
        }
    }

    // a selection reads all its operands element by element
    bool IsSelected(int value)
    {
        foreach (var one in chain.Instructions)
            if (one.IsSelect && Array.IndexOf(Reads(one), value) >= 0)
                return true;

        return false;
    }

    /// <summary>Whether an instruction after this one reads an operand that is in this place.</summary>
    bool IsReadLater(float* place, int instruction)
    {
        for (var operand = 0; operand < operands; operand++)
            if (slots[operand].Start == place && lastRead[operand] > instruction + 1)
                return true;

        return false;
    }

    void PlaceResults(ArraySegment<float>[] results, Pins pins)
    {
        // the results that are written last
        var late = new float*[chain.Instructions.Length];

        for (var i = 0; i < chain.Instructions.Length; i++)
        {
            var value = operands + i;
            var kept = Array.IndexOf(chain.Results, value);
            var target = kept < 0 ? null : pins.Pin(results[kept]);

            foreach (var read in Reads(chain.Instructions[i]))
                if (lastRead[read] == i + 1 && slots[read].Place == Place.Between)
                {
                    freeRooms.Push(slots[read].Room);
                    // once, though an instruction may read a value twice
                    lastRead[read] = 0;
                }

            // a later instruction may still read the result's place: then the result is written last
            var waits = target != null && IsReadLater(target, i);

            slots[slotCount++] = target != null && !waits
                ? Slot.At(target)
                : Slot.Between(freeRooms.TryPop(out var room) ? room : Rooms++);
            steps[stepCount++] = StepOf(chain.Instructions[i], value);

            if (waits)
            {
                late[i] = target;
                lastRead[value] = int.MaxValue;
            }
            else if (lastRead[value] == 0 && target == null)
                freeRooms.Push(slots[value].Room);
        }

        for (var i = 0; i < late.Length; i++)
            if (late[i] != null)
            {
                var value = operands + i;
                steps[stepCount++] = new Step(&Loops<TLanes>.Copy, value, value, value, slotCount);
                slots[slotCount++] = Slot.At(late[i]);
            }
    }

    static int[] Reads(Instruction instruction) =>
        instruction.IsMap ? [instruction.x]
        : instruction.IsZip ? [instruction.left, instruction.right]
        : [instruction.condition, instruction.a, instruction.b];

    Step StepOf(Instruction instruction, int value)
    {
        bool Scalar(int read) => slots[read].Place is Place.Scalar or Place.Column;

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
