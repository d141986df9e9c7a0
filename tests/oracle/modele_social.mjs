// modele-social (the rules of mon-entreprise.urssaf.fr), run live.
// stdin: [{year, cadre, salary}]; stdout: the amounts of each, in euros, unrounded.
import { readFileSync } from 'node:fs'
import rules from 'modele-social'
import Engine from 'publicodes'

const silent = { log() {}, warn() {}, error() {} }
const engine = new Engine(rules, { logger: silent })
const LINES = {
  retirement: 'retraite complémentaire',
  ceg: 'CEG',
  cet: 'CET',
  apec: 'APEC',
}
const SHARES = { employer: 'employeur', employee: 'salarié' }

const amount = (rule) => {
  const { nodeValue } = engine.evaluate({ valeur: rule, unité: '€/mois' })
  return typeof nodeValue === 'number' ? nodeValue : 0
}

const results = JSON.parse(readFileSync(0, 'utf8')).map(({ year, cadre, salary }) => {
  engine.setSituation({
    salarié: 'oui',
    date: `01/03/${year}`,
    'salarié . contrat . salaire brut': `${salary} €/mois`,
    'salarié . contrat . statut cadre': cadre ? 'oui' : 'non',
  })
  const found = {}
  for (const [line, label] of Object.entries(LINES))
    for (const [share, who] of Object.entries(SHARES))
      found[`${line} ${share}`] = amount(`salarié . cotisations . ${label} . ${who}`)
  return found
})
process.stdout.write(JSON.stringify(results))
