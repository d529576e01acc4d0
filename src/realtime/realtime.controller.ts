import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import { Allow, user } from '../auth/allow.js';
import { type Caller, CurrentCaller } from '../auth/caller.js';
import { TokensService } from '../auth/tokens.service.js';
import { AppSettings } from '../config/app.settings.js';
import { RealtimeTokenDto } from './realtime-token.dto.js';

@Controller('realtime')
export class RealtimeController {
  constructor(
    private readonly tokens: TokensService,
    private readonly settings: AppSettings,
  ) {}

  /** Makes a short token for the caller's live connections. It also says where to open them. */
  @Get('token')
  @Allow(user())
  @ApiOkResponse({ type: RealtimeTokenDto })
  @Header('Cache-Control', 'no-store')
  async token(@CurrentCaller() caller: Caller) {
    const userId = caller.kind === 'user' ? caller.userId : '';
    const { token, expiresIn } = await this.tokens.realtime(userId);
    return {
      token,
      ws_base_url: this.settings.publicUrl.replace(/^http/, 'ws'),
      endpoints: {
        notifications: '/ws/notifications/',
        socket_io_namespace: '/notifications',
        socket_io_path: '/socket.io/',
      },
      expires_in: expiresIn,
      user_id: userId,
    };
  }
}
