/**
 * A rate-limit binding: fixed windows in memory, as the edge counts them for each location.
 * @param {{ quota: number, windowSeconds: number }} limit
 */
export default function rateLimit({ quota, windowSeconds }) {
  const counts = new Map()
  let window = 0
  return {
    /** @param {{ key: string }} options */
    async limit({ key }) {
      const current = Math.floor(Date.now() / 1_000 / windowSeconds)
      if (current !== window) counts.clear()
      window = current
      const count = (counts.get(key) ?? 0) + 1
      counts.set(key, count)
      return { success: count <= quota }
    },
  }
}
