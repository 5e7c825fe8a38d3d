import { webpack, type Configuration } from 'webpack'

/** @returns what webpack has to say of it: nothing, if all is well */
export function buildByWebpack(configuration: Configuration): Promise<string> {
  return new Promise((resolve, reject) => {
    webpack(configuration, (error, stats) => {
      if (error) reject(error)
      else resolve(stats!.toString({ all: false, errors: true, warnings: true }))
    })
  })
}
