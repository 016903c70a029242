/** An Analytics Engine dataset: what is written leaves the Worker at once, and nobody keeps it here. */
export default function analytics() {
  return { writeDataPoint() {} }
}
