import { type FleetStory, fleetOutcome } from '../test/contract/vault-fleet.ts';

const thousand = { agents: 1_000, startedOver: 60, downFor: 300, tokens: 'kept', seed: 1 } as const;

const stories: Readonly<Record<string, FleetStory>> = {
  'tokens of 1 h, kept': { ...thousand, tokenTtl: 3_600, downFrom: 600, until: 1_500 },
  'tokens of 1 h, lost': { ...thousand, tokenTtl: 3_600, downFrom: 600, tokens: 'lost', until: 1_500 },
  'tokens of 4 min': { ...thousand, tokenTtl: 240, downFrom: 600, until: 1_500 },
  'tokens of 10 min, ending as it returns': { ...thousand, tokenTtl: 600, downFrom: 300, until: 1_200 },
  'started while it was down': { ...thousand, tokenTtl: 3_600, downFrom: 0, until: 900 },
};

/** What a Vault server sees of 1,000 agents when it returns after five minutes: counted in simulated time, so the same on every machine. */
export async function benchFleet(): Promise<void> {
  for (const [name, story] of Object.entries(stories)) {
    const outcome = await fleetOutcome(story);
    const { peakLogins, peakRequests, loginsAfter, requestsWhileDown, peakWhileDown } = outcome;
    console.log(
      [
        `${name.padEnd(40)} logins ${loginsAfter}, most in a second ${peakLogins}; requests at most ${peakRequests}/s`,
        `  while down ${requestsWhileDown}, at most ${peakWhileDown}/s`,
        `  half are current after ${outcome.halfBackAfter.toFixed(0)} s, all after ${outcome.allBackAfter.toFixed(0)} s`,
      ].join('\n'),
    );
  }
}
