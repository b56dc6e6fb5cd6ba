/** Transactions in one piece, on both engines. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestDatabase, type TestDatabase, testKinds } from './databases.test-harness.ts'
import { isUniqueViolation } from './error.ts'

for (const { kind, skip } of testKinds) {
  describe.skipIf(skip !== undefined)(`atOnce on ${kind}${skip === undefined ? '' : ` (${skip})`}`, () => {
    let test: TestDatabase

    beforeAll(async () => {
      test = await openTestDatabase(kind)
    })
    afterAll(() => test?.close())

    const put = (key: string) => ({
      query: test.database.queries.insertInto('installation').values({ key, value: '1' }),
    })
    const find = (key: string) => ({
      query: test.database.queries.selectFrom('installation').select('key').where('key', '=', key),
      mustReturn: true,
    })
    const keys = async () =>
      (await test.database.queries.selectFrom('installation').select('key').execute()).map(({ key }) => key)

    it('does all steps in order, each seeing those before it', async () => {
      const { database } = test
      await expect(database.atOnce([put('one'), find('one'), put('two')])).resolves.toBe(true)
      expect(await keys()).toEqual(expect.arrayContaining(['one', 'two']))
    })

    it('does nothing where a statement returns no row that must', async () => {
      await expect(test.database.atOnce([put('three'), find('nowhere'), put('four')])).resolves.toBe(false)
      expect(await keys()).not.toEqual(expect.arrayContaining(['three']))
    })

    it('does nothing where a file is not there', async () => {
      const path = join(test.dataDir, 'a-file')
      const steps = () => [{ fileMustExist: path }, put('five')]
      await expect(test.database.atOnce(steps())).resolves.toBe(false)
      await expect(test.database.atOnce([{ fileMustExist: join(path, 'below') }])).resolves.toBe(false)
      await expect(test.database.atOnce([{ fileMustExist: test.dataDir }])).resolves.toBe(false)
      expect(await keys()).not.toContain('five')
      await writeFile(path, '')
      await expect(test.database.atOnce(steps())).resolves.toBe(true)
      expect(await keys()).toContain('five')
    })

    it('does nothing where a statement fails, and says why', async () => {
      const failing = test.database.atOnce([put('six'), put('one')])
      expect(isUniqueViolation(await failing.catch((error: unknown) => error))).toBe(true)
      expect(await keys()).not.toContain('six')
      await expect(test.database.atOnce([put('seven')])).resolves.toBe(true)
    })

    it('waits for transactions that are open, and keeps its turn among many', async () => {
      const { database } = test
      const order: string[] = []
      const open = database.transaction(async (queries) => {
        await queries.insertInto('installation').values({ key: 'eight', value: '1' }).execute()
        await new Promise((resolve) => setTimeout(resolve, 50))
        order.push('transaction')
      })
      const after = Array.from({ length: 20 }, (_, index) => database.atOnce([put(`many ${index}`)]))
      await Promise.all([open, ...after])
      if (kind === 'sqlite') {
        order.push('others')
        expect(order).toEqual(['transaction', 'others'])
      }
      expect((await keys()).filter((key) => key.startsWith('many'))).toHaveLength(20)
    })

    it('fails after the end instead of hanging', async () => {
      const closing = await test.open()
      await closing.close()
      await expect(closing.atOnce([put('late')])).rejects.toThrow()
    })
  })
}
