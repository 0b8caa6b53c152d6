/**
 * Scans records that were rejected before, one by one, each as if it stood where it came from. What was a record then is a
 * record now, whatever is in it: an open quote cannot swallow the next.
 */
import { type RecordCounts, rejectReasons } from '../core/reject.ts';
import { formatByName } from '../formats/table.ts';
import { readRejects } from '../inputs/rejects.ts';
import type { FunctionRegistry } from '../query/functions/registry.ts';
import { type BatchLimits, BatchProcessor } from './batch-processor.ts';
import { rowsPerBatch } from './batch-size.ts';
import type { ScanOutcome, ScanTask } from './messages.ts';
import { RejectsWriter } from './rejects-writer.ts';
import { unlimitedResults } from './result-limits.ts';
import type { ScanContext } from './scan.ts';
import type { SinkResult } from './sink.ts';
import { allocateBatch, createTokenizer, inputPadding } from './tokenizer.ts';

const reportedRecords = 256;

/** As `scan`. */
export function replay(
  task: ScanTask,
  context: ScanContext,
  functions: FunctionRegistry,
  limits: Omit<BatchLimits, 'rejectsFile'>,
): Omit<ScanOutcome, 'elapsedMs'> {
  const { plan, source } = task;
  const { arena } = context;
  const needed = plan.columns.filter((column) => column.source === 'field');
  const batch = allocateBatch(arena, needed.length, rowsPerBatch(plan));
  const tokenizer = createTokenizer(arena, formatByName(plan.format.name).tokenizer(plan.format, needed), batch);
  const rejectsFile = typeof task.rejectsPath === 'string' ? new RejectsWriter(task.rejectsPath) : null;
  const processor = new BatchProcessor(
    plan,
    arena,
    batch,
    { ...limits, rejectsFile },
    task.results ?? unlimitedResults,
    functions,
  );
  let room = 1 << 16;
  let begin = arena.alloc(room + inputPadding);
  let bytesRead = 0;
  let reportedBytes = 0;
  let reported: RecordCounts = processor.counts;
  const report = () => {
    const counts = processor.counts;
    context.onChunk(bytesRead - reportedBytes, difference(counts, reported));
    reported = counts;
    reportedBytes = bytesRead;
  };
  let gathered: SinkResult;
  try {
    for (const { file, offset, record, cutFromBytes, lineBytes } of readRejects(source)) {
      if (processor.sink.satisfied) break;
      if (processor.counts.read - reported.read >= reportedRecords) report();
      context.onBatch?.(bytesRead, bytesRead + lineBytes, 1);
      bytesRead += lineBytes;
      processor.setFile(file);
      if (cutFromBytes !== null) {
        processor.reject(offset, rejectReasons[3], record, cutFromBytes);
        continue;
      }
      if (record.length > room) {
        arena.free(begin, room + inputPadding);
        room = record.length;
        begin = arena.alloc(room + inputPadding);
      }
      arena.u8.set(record, begin);
      const end = begin + record.length;
      const { rows, next } = tokenizer.run(begin, end, end, true);
      if (rows === 1 && next >= end) processor.process(rows, { offset, begin });
      else processor.reject(offset, rejectReasons[2], record);
    }
    context.onBatch?.(0, 0, 0);
    report();
    gathered = processor.sink.finish();
  } finally {
    processor.sink.close();
    rejectsFile?.close();
  }
  return {
    type: 'scan',
    ...gathered,
    records: processor.counts,
    bytesRead,
    firstRecord: 0,
    nextRecord: bytesRead,
    rejects: processor.rejects,
    ...(rejectsFile === null ? {} : { rejectsPaths: rejectsFile.paths }),
  };
}

function difference(now: RecordCounts, before: RecordCounts): RecordCounts {
  return {
    read: now.read - before.read,
    matched: now.matched - before.matched,
    filtered: now.filtered - before.filtered,
    rejected: now.rejected - before.rejected,
  };
}
