import { withDatabase } from './database.ts'

interface Counted {
  slug: string
  name: string
  accounts: string
  owners: string
}

/** All tenants: no route shows one to the owners of another, so that the database is asked. */
export async function tenantLines(connectionString: string): Promise<string[]> {
  const { rows } = await withDatabase(connectionString, (client) =>
    client.query<Counted>(
      `select t.slug, t.name, count(u.id) as accounts,
         count(u.id) filter (where 'owner' = any(u.roles) and u.status = 'active') as owners
       from tenants t left join users u on u.tenant_id = t.id and u.status <> 'deleted'
       group by t.id order by t.slug`,
    ),
  )
  return rows.map(({ slug, name, accounts, owners }) =>
    [slug, name, counted(accounts, 'account'), counted(owners, 'owner')].join('\t'),
  )
}

function counted(count: string, one: string): string {
  return `${count} ${count === '1' ? one : `${one}s`}`
}
