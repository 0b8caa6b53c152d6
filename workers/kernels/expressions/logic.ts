// Three-valued logic in the defined order: the right side counts, its errors too, only where the left has not decided.
import { NULL } from '../flags';

@inline
function decide(a: usize, fa: usize, b: usize, fb: usize, rows: u32, out: usize, fout: usize, isOr: bool): void {
  const zero = i8x16.splat(0);
  const one = i8x16.splat(1);
  for (let row: usize = 0; row < rows; row += 16) {
    const leftFlags = v128.load(fa + row);
    const rightFlags = v128.load(fb + row);
    const leftZero = i8x16.eq(v128.load(a + row), zero);
    const rightZero = i8x16.eq(v128.load(b + row), zero);
    const leftValid = i8x16.eq(leftFlags, zero);
    const leftNull = i8x16.eq(leftFlags, one);
    // `decided`: FALSE for and, TRUE for or
    const leftDecided = isOr ? v128.andnot(leftValid, leftZero) : v128.and(leftValid, leftZero);
    const rightValid = i8x16.eq(rightFlags, zero);
    const rightDecided = isOr ? v128.andnot(rightValid, rightZero) : v128.and(rightValid, rightZero);
    // left valid and open: the right side is the answer; left NULL: NULL unless the right side decides or fails
    const open = v128.andnot(leftValid, leftDecided);
    const nullCase = v128.andnot(i8x16.max_u(rightFlags, one), rightDecided);
    let flags = v128.andnot(leftFlags, v128.or(open, leftNull));
    flags = v128.or(flags, v128.and(rightFlags, open));
    flags = v128.or(flags, v128.and(nullCase, leftNull));
    v128.store(fout + row, flags);
    const rightValue = v128.andnot(one, rightZero);
    const decidedValue = isOr ? one : zero;
    v128.store(out + row, v128.bitselect(decidedValue, rightValue, leftDecided));
  }
}

export function and2(a: usize, fa: usize, b: usize, fb: usize, rows: u32, out: usize, fout: usize): void {
  decide(a, fa, b, fb, rows, out, fout, false);
}

export function or2(a: usize, fa: usize, b: usize, fb: usize, rows: u32, out: usize, fout: usize): void {
  decide(a, fa, b, fb, rows, out, fout, true);
}

/** Data only: flags stay. */
export function not1(a: usize, rows: u32, out: usize): void {
  const zero = i8x16.splat(0);
  const one = i8x16.splat(1);
  for (let row: usize = 0; row < rows; row += 16) {
    v128.store(out + row, v128.and(i8x16.eq(v128.load(a + row), zero), one));
  }
}

/** Data 1 where NULL; errors stay errors. */
export function isNull1(flags: usize, rows: u32, out: usize, fout: usize): void {
  const one = i8x16.splat(1);
  for (let row: usize = 0; row < rows; row += 16) {
    const f = v128.load(flags + row);
    v128.store(out + row, v128.and(i8x16.eq(f, one), one));
    v128.store(fout + row, v128.and(f, i8x16.gt_u(f, one)));
  }
}

/**
 * One step of CASE from its end: where the condition is TRUE `then`, where it failed its error, otherwise what `out`
 * holds from the later branches.
 */
export function choose8(c: usize, fc: usize, then: usize, fthen: usize, rows: u32, out: usize, fout: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    const f = load<u8>(fc + row);
    if (f > NULL) store<u8>(fout + row, f);
    else if (f == 0 && load<u8>(c + row) != 0) {
      store<u64>(out + (row << 3), load<u64>(then + (row << 3)));
      store<u8>(fout + row, load<u8>(fthen + row));
    }
  }
}

export function choose1(c: usize, fc: usize, then: usize, fthen: usize, rows: u32, out: usize, fout: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    const f = load<u8>(fc + row);
    if (f > NULL) store<u8>(fout + row, f);
    else if (f == 0 && load<u8>(c + row) != 0) {
      store<u8>(out + row, load<u8>(then + row));
      store<u8>(fout + row, load<u8>(fthen + row));
    }
  }
}

/** One step of COALESCE from its end: `a` where it is not NULL (its errors too), otherwise what `out` holds. */
export function coalesce8(a: usize, fa: usize, rows: u32, out: usize, fout: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    const f = load<u8>(fa + row);
    if (f != NULL) {
      store<u8>(fout + row, f);
      store<u64>(out + (row << 3), load<u64>(a + (row << 3)));
    }
  }
}

export function coalesce1(a: usize, fa: usize, rows: u32, out: usize, fout: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    const f = load<u8>(fa + row);
    if (f != NULL) {
      store<u8>(fout + row, f);
      store<u8>(out + row, load<u8>(a + row));
    }
  }
}

/**
 * IS DISTINCT FROM: `differ` says so where both sides are valid; NULL is a value like any other. Errors stay, the left
 * side's first.
 */
export function distinct1(fa: usize, fb: usize, differ: usize, rows: u32, out: usize, fout: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    const f = load<u8>(fa + row);
    const g = load<u8>(fb + row);
    if (f > NULL) store<u8>(fout + row, f);
    else if (g > NULL) store<u8>(fout + row, g);
    else {
      store<u8>(fout + row, 0);
      store<u8>(out + row, (f | g) == 0 ? load<u8>(differ + row) : f ^ g);
    }
  }
}

/** greatest and least: `first` says whether `a` is the answer where both are valid; NULL is ignored. */
@inline
function pick<T>(a: usize, fa: usize, b: usize, fb: usize, first: usize, rows: u32, out: usize, fout: usize, shift: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    const f = load<u8>(fa + row);
    const g = load<u8>(fb + row);
    if (f > NULL || g > NULL) {
      store<u8>(fout + row, f > NULL ? f : g);
      continue;
    }
    const left = f == 0 && (g != 0 || load<u8>(first + row) != 0);
    store<u8>(fout + row, left ? f : g);
    store<T>(out + (row << shift), load<T>((left ? a : b) + (row << shift)));
  }
}

export function pick8(a: usize, fa: usize, b: usize, fb: usize, first: usize, rows: u32, out: usize, fout: usize): void {
  pick<u64>(a, fa, b, fb, first, rows, out, fout, 3);
}

export function pick1(a: usize, fa: usize, b: usize, fb: usize, first: usize, rows: u32, out: usize, fout: usize): void {
  pick<u8>(a, fa, b, fb, first, rows, out, fout, 0);
}

/**
 * Rows that evaluation goes on to after a condition: 1 where `parent` (0: all rows) is open and the condition is `mode`:
 * 0 valid and TRUE, 1 not FALSE (what AND goes on to), 2 not TRUE (OR, the next branch of CASE), 3 NULL (COALESCE). A
 * condition that failed goes on to nothing.
 */
export function openRows(data: usize, flags: usize, mode: u32, parent: usize, rows: u32, out: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    const f = load<u8>(flags + row);
    let open = f <= NULL && (parent == 0 || load<u8>(parent + row) != 0);
    if (open) {
      if (mode == 3) open = f == NULL;
      else {
        const isTrue = load<u8>(data + row) != 0;
        open = mode == 0 ? f == 0 && isTrue : f == NULL || (mode == 1) == isTrue;
      }
    }
    store<u8>(out + row, <u8>open);
  }
}

/** NULL where evaluation does not come. */
export function closeFlags(open: usize, rows: u32, flags: usize): void {
  for (let row: usize = 0; row < rows; row++) if (load<u8>(open + row) == 0) store<u8>(flags + row, NULL);
}

/** Row numbers of what is not FALSE (TRUE, NULL, failed), ascending; their count. */
export function selectNotFalse(data: usize, flags: usize, rows: u32, out: usize): u32 {
  let count: usize = 0;
  for (let row: usize = 0; row < rows; row++) {
    store<u32>(out + (count << 2), <u32>row);
    count += <usize>(i32(load<u8>(flags + row) != 0) | i32(load<u8>(data + row) != 0));
  }
  return <u32>count;
}
