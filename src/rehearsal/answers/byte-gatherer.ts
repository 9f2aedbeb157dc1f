const pieceBytes = 1 << 17

/** Gathers texts, whose letters stand for one byte each, into pieces of about 128 KB. Each text is laid flat while it is still at hand. */
export class ByteGatherer {
  private piece = Buffer.allocUnsafe(pieceBytes * 2)
  private used = 0

  add(text: string): void {
    if (this.used + text.length > this.piece.length) {
      const wider = Buffer.allocUnsafe(this.used + text.length + pieceBytes)
      this.piece.copy(wider, 0, 0, this.used)
      this.piece = wider
    }
    this.used += this.piece.write(text, this.used, 'latin1')
  }

  isFull(): boolean {
    return this.used >= pieceBytes
  }

  /** What was gathered so far; begins anew. */
  take(): Buffer {
    const full = this.piece.subarray(0, this.used)
    this.piece = Buffer.allocUnsafe(pieceBytes * 2)
    this.used = 0
    return full
  }
}
