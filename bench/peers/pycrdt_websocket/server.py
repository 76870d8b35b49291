"""pycrdt-websocket under uvicorn, as its documentation has it (usage/server, ASGI); documents live in memory alone.

uvicorn --port 8001 server:application
"""

from pycrdt.websocket import ASGIServer, WebsocketServer

documents = WebsocketServer()
server = ASGIServer(documents)


async def application(scope, receive, send):
    if scope["type"] == "lifespan":
        await receive()
        async with documents:
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})
    else:
        await server(scope, receive, send)
