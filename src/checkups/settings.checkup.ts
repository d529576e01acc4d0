import { Injectable } from '@nestjs/common';
import { AppSettings, SandboxSettings } from '../config/app.settings.js';
import { bad, Checkup, type Finding, good, warning } from './checkup.js';
import { isPublic } from './public.address.js';

/** Settings that are readable and dangerous all the same. */
@Injectable()
export class SettingsCheckup extends Checkup {
  override readonly subject = 'Settings';

  constructor(
    private readonly app: AppSettings,
    private readonly sandbox: SandboxSettings,
  ) {
    super();
  }

  override check(): Promise<Finding[]> {
    const { environment } = this.app;
    const mode = good('settings.environment', `The settings can be read; NODE_ENV is ${environment}.`);
    return Promise.resolve([mode, ...(environment === 'production' ? this.inProduction() : [])]);
  }

  private inProduction(): Finding[] {
    const { publicUrl, frontendUrl, allowSandbox, proxyHops } = this.app;
    const { url, smtpUrl } = this.sandbox;
    const findings: Finding[] = [];
    if (!isPublic(publicUrl))
      findings.push(
        bad('settings.public-url', `PUBLIC_URL is ${publicUrl}, which nobody outside can call.`, HTTPS),
      );
    if (!isPublic(frontendUrl))
      findings.push(
        warning('settings.frontend-url', `FRONTEND_URL is ${frontendUrl}: links lead nowhere.`, HTTPS),
      );
    if (allowSandbox && (url ?? smtpUrl) !== undefined)
      findings.push(
        bad('settings.sandbox', 'A sandbox is set: what it takes reaches nobody.', 'Remove SANDBOX_URL.'),
      );
    if (publicUrl.startsWith('https:') && proxyHops === 0)
      findings.push(
        warning('settings.proxy', 'PUBLIC_URL is https, and no proxy is named that could end TLS.', PROXY),
      );
    return findings;
  }
}

const HTTPS = 'Set it to an https:// address of a public host.';
const PROXY = 'Set TRUST_PROXY_HOPS to how many there are: callers are told apart by their addresses.';
