/**
 * better-auth's database, over our own Kysely handle and in the types of our schema.
 *
 * Its own Kysely adapter would write ISO texts on SQLite and timestamps on PostgreSQL; here both hold Unix
 * milliseconds, 0 and 1, and snake_case like every other table. What it does in a transaction is in one of ours, from
 * the first write on.
 */
import { type AdapterFactory, type CustomAdapter, createAdapterFactory } from 'better-auth/adapters'
import { type Expression, type ExpressionBuilder, type Kysely, type SqlBool, sql } from 'kysely'
import type { Database } from '../db/index.ts'
import { type Connection, LateTransaction } from './late-transaction.ts'

type Row = Record<string, unknown>
/** Tables and columns are known to better-auth at run time only. */
type Tables = Record<string, Row>
type Builder = ExpressionBuilder<Tables, string>
type TransactionConfig = NonNullable<Parameters<typeof createAdapterFactory>[0]['config']['transaction']>
type Where = Parameters<CustomAdapter['delete']>[0]['where']

const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
const camel = (name: string) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())

export function authAdapter({ queries }: Database): AdapterFactory<object> {
  const db = queries as unknown as Kysely<Tables>
  return (options) => {
    const inTransaction: TransactionConfig = async (work) => {
      const transaction = new LateTransaction(db)
      try {
        const result = await work(adapterFactory(transaction, false)(options))
        await transaction.commit()
        return result
      } catch (error) {
        await transaction.rollback()
        throw error
      }
    }
    const alone = { reading: async () => db, writing: async () => db }
    return adapterFactory(alone, inTransaction)(options)
  }
}

function adapterFactory(on: Connection<Tables>, transaction: TransactionConfig): AdapterFactory<object> {
  return createAdapterFactory({
    config: {
      adapterId: 'fovea',
      supportsJSON: false,
      supportsNumericIds: false,
      transaction,
      customTransformInput: ({ data }) => stored(data),
      customTransformOutput: ({ data, fieldAttributes }) => {
        if (fieldAttributes.type === 'date' && typeof data === 'number') return new Date(data)
        return fieldAttributes.type === 'boolean' && typeof data === 'number' ? data === 1 : data
      },
    },
    adapter: () => adapterOver(on) as CustomAdapter,
  })
}

function stored(value: unknown): unknown {
  if (value instanceof Date) return value.getTime()
  return typeof value === 'boolean' ? Number(value) : value
}

/** `CustomAdapter` lets the caller name the row type; a database cannot promise it. */
type Untyped = { [Name in keyof CustomAdapter]: (asked: never) => Promise<unknown> }

function adapterOver(on: Connection<Tables>) {
  return {
    async create({ model, data }: { model: string; data: Row }) {
      const db = await on.writing()
      return read(await db.insertInto(model).values(written(data)).returningAll().executeTakeFirst())
    },
    async findOne({ model, where }: { model: string; where: Where }) {
      const db = await on.reading()
      return read(await db.selectFrom(model).selectAll().where(matching(where)).limit(1).executeTakeFirst())
    },
    async findMany(asked: Parameters<CustomAdapter['findMany']>[0]) {
      const db = await on.reading()
      const { model, where = [], limit, offset, sortBy } = asked
      let query = db.selectFrom(model).selectAll().where(matching(where)).limit(limit)
      if (offset !== undefined) query = query.offset(offset)
      if (sortBy !== undefined) query = query.orderBy(snake(sortBy.field), sortBy.direction)
      return (await query.execute()).map(read)
    },
    async count({ model, where = [] }: { model: string; where?: Where }) {
      const db = await on.reading()
      const row = await db
        .selectFrom(model)
        .select((build) => build.fn.countAll().as('count'))
        .where(matching(where))
        .executeTakeFirstOrThrow()
      return Number(row.count)
    },
    async update({ model, where, update }: { model: string; where: Where; update: Row }) {
      const db = await on.writing()
      return read(
        await db
          .updateTable(model)
          .set(written(update))
          .where(matching(where))
          .returningAll()
          .executeTakeFirst(),
      )
    },
    async updateMany({ model, where, update }: { model: string; where: Where; update: Row }) {
      const db = await on.writing()
      const done = await db
        .updateTable(model)
        .set(written(update))
        .where(matching(where))
        .executeTakeFirstOrThrow()
      return Number(done.numUpdatedRows)
    },
    async delete({ model, where }: { model: string; where: Where }) {
      const db = await on.writing()
      await db.deleteFrom(model).where(matching(where)).execute()
    },
    async deleteMany({ model, where }: { model: string; where: Where }) {
      const db = await on.writing()
      const done = await db.deleteFrom(model).where(matching(where)).executeTakeFirstOrThrow()
      return Number(done.numDeletedRows)
    },
    /** Of two that consume the same row one gets it. */
    async consumeOne({ model, where }: { model: string; where: Where }) {
      const db = await on.writing()
      const one = db.selectFrom(model).select('id').where(matching(where)).limit(1)
      return read(
        await db
          .deleteFrom(model)
          .where('id', 'in', one)
          .where(matching(where))
          .returningAll()
          .executeTakeFirst(),
      )
    },
    async incrementOne(asked: {
      model: string
      where: Where
      increment: Readonly<Record<string, number>>
      set?: Row
    }) {
      const db = await on.writing()
      const { model, where, increment, set = {} } = asked
      const raised = Object.entries(increment).map(([field, by]) => [
        snake(field),
        sql`${sql.ref(snake(field))} + ${by}`,
      ])
      const one = db.selectFrom(model).select('id').where(matching(where)).limit(1)
      return read(
        await db
          .updateTable(model)
          .set({ ...written(set), ...Object.fromEntries(raised) })
          .where('id', 'in', one)
          .where(matching(where))
          .returningAll()
          .executeTakeFirst(),
      )
    },
  } satisfies Partial<Untyped>
}

function written(data: Row): Row {
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [snake(name), stored(value)]))
}

function read(row: Row | undefined): Row | null {
  if (row === undefined) return null
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [camel(name), value]))
}

/** All conditions marked AND and at least one of those marked OR, as better-auth means them. */
function matching(where: Where): (build: Builder) => Expression<SqlBool> {
  return (build) => {
    const all = where.filter(({ connector }) => connector !== 'OR').map((each) => condition(build, each))
    const some = where.filter(({ connector }) => connector === 'OR').map((each) => condition(build, each))
    return build.and(some.length === 0 ? all : [...all, build.or(some)])
  }
}

const comparisons = { eq: '=', ne: '!=', lt: '<', lte: '<=', gt: '>', gte: '>=' } as const
const lists = { in: 'in', not_in: 'not in' } as const

function condition(build: Builder, { field, operator, value, mode }: Where[number]): Expression<SqlBool> {
  const column = snake(field)
  if (mode === 'insensitive') throw new TypeError(`better-auth compares ${field} without regard to case`)
  if (operator === 'in' || operator === 'not_in') {
    const values = (Array.isArray(value) ? value : [value]).map(stored)
    if (values.length === 0) return build.lit(operator === 'not_in')
    return build(column, lists[operator], values)
  }
  if (value === null && operator === 'eq') return build(column, 'is', null)
  if (value === null && operator === 'ne') return build(column, 'is not', null)
  const comparison = comparisons[operator as keyof typeof comparisons]
  if (comparison === undefined) throw new TypeError(`better-auth asks for "${operator}"`)
  return build(column, comparison, stored(value))
}
