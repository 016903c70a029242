import pg from 'pg'

const store = {
  android: 'https://play.google.com/store/apps/details?id=com.example.gatehouse',
  ios: 'https://apps.apple.com/app/id1234567890',
}

/** What a newcomer finds in the database: releases of two apps that do not exist. What is there already stays. */
export async function seed(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    for (const [platform, url] of Object.entries(store)) {
      await client.query(
        `insert into app_versions (tenant_id, platform, latest, min_supported, store_url, notes)
         select id, $1, '1.3.0', '1.2.0', $2, $3 from tenants where slug = 'default'
         on conflict do nothing`,
        [platform, url, { en: 'Sign in with a passkey.', bn: 'পাসকি দিয়ে সাইন ইন করুন।' }],
      )
    }
  } finally {
    await client.end()
  }
}
